import { type Family, tableName } from "../rules/base-table.ts";
import type { Standing } from "../rules/replace-table.ts";
import { run } from "./run.ts";

/** Runs one script as one atomic transaction; rejects with nft's message. */
export async function nft(script: string): Promise<void> {
  await run("nft", ["-f", "-"], { stdin: script });
}

/** The names in our table as it stands in the kernel; undefined when there is no such table. */
export async function standingTable(family: Family): Promise<Standing | undefined> {
  const tables = await list("tables", family);
  if (!tables.some(({ table }) => table?.name === tableName)) return undefined;
  const chains = await list("chains", family);
  const sets = [...(await list("sets", family)), ...(await list("maps", family))];
  const names = (found: readonly Listed[]) =>
    new Set(
      found.flatMap(({ chain, set, map }) => {
        const entry = chain ?? set ?? map;
        return entry?.table === tableName ? [entry.name] : [];
      }),
    );
  return { chains: names(chains), sets: names(sets) };
}

/** Whether our rules are still in the kernel, which others may flush. */
export async function isStanding(family: Family): Promise<boolean> {
  const chain = await run("nft", ["list", "chain", family, tableName, "nat-prerouting"], { okExitCodes: [0, 1] });
  return chain.includes("jump services");
}

/** Takes our table away, if there is one. */
export async function deleteTable(family: Family): Promise<void> {
  await nft(`add table ${family} ${tableName}\ndelete table ${family} ${tableName}\n`);
}

type Named = { readonly name: string; readonly table?: string };
type Listed = { readonly table?: Named; readonly chain?: Named; readonly set?: Named; readonly map?: Named };

async function list(what: "tables" | "chains" | "sets" | "maps", family: Family): Promise<readonly Listed[]> {
  const text = await run("nft", ["--json", "--terse", "list", what, family]);
  return (JSON.parse(text) as { nftables: Listed[] }).nftables;
}
