import type { Phase } from "../engine/phase.ts";
import { fileBlock } from "../engine/resources/file-block.ts";
import type { PrepareContext } from "./prepare-context.ts";

/** Hosts find each other by name without a DNS server: a block of ours in /etc/hosts. */
export const prepareNames: Phase<PrepareContext> = {
  id: "prepare/names",
  title: "Make the hosts known to each other by name",
  dependsOn: ["preflight"],
  prunes: true,
  appliesTo: () => true,
  resources: async ({ nodes }, target) => {
    const fleet = await target.fleet();
    const answering = fleet.flatMap(({ name }) => nodes.get(name) ?? []);
    const entries = answering.map(({ input: { init } }) => ({
      address: init.localAPIEndpoint.advertiseAddress,
      name: init.nodeRegistration.name,
    }));
    return [fileBlock("/etc/hosts", "hosts of the cluster", (present) => hostLines(entries, present))];
  },
};

type Entry = { readonly address: string; readonly name: string };

/** One line a host; lines of hosts that did not answer this run are kept, unless one of ours has their name or address. */
export function hostLines(entries: readonly Entry[], present: readonly string[]): string[] {
  const taken = new Set(entries.flatMap(({ address, name }) => [address, name]));
  const others = present.filter((line) => !line.split(/\s+/).some((word) => taken.has(word)));
  const ours = entries.map(({ address, name }) => `${address} ${name}`);
  return [...others, ...ours].sort();
}
