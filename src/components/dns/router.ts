import type { Chain } from "./corefile/chain.ts";
import { type ServerBlock, type Zone, zoneName } from "./corefile/corefile.ts";
import { type Handler, isWithin, reply } from "./message.ts";

/** A zone of a server block, with what answers for it and how its plugins are named beside the answers. */
export type Site = {
  readonly zone: Zone;
  readonly chain: Chain;
  readonly plugins: ReadonlySet<string>;
};

/** Every zone of every block as a site, the more specific zones first. */
export function sitesOf(blocks: readonly ServerBlock[], chainOf: (block: ServerBlock) => Chain): readonly Site[] {
  const sites = blocks.flatMap((block) => {
    const chain = chainOf(block);
    const plugins = new Set(block.plugins.map(({ name }) => name));
    return block.zones.map((zone) => ({ zone, chain, plugins }));
  });
  return sites.sort((a, b) => b.zone.name.length - a.zone.name.length);
}

/** The site that a name belongs to: the longest zone of the port that it is in. `sites` as sitesOf gives them. */
export function siteOf(sites: readonly Site[], port: number, name: string): Site | undefined {
  return sites.find(({ zone }) => zone.port === port && isWithin(zoneName(name), zone.name));
}

/** Hands each question of a port to its site, as the sites are then; REFUSED where there is none. */
export function router(sites: () => readonly Site[], port: number): Handler {
  return (query) => siteOf(sites(), port, query.name)?.chain.handler(query) ?? reply("REFUSED");
}
