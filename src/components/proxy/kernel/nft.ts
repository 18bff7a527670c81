import { runCommand } from "../../../kube/program/run-command.ts";
import { type Family, tableName } from "../rules/base-table.ts";
import type { RememberedClient } from "../rules/replace-table.ts";

/** Runs one script as one atomic transaction; rejects with nft's message. */
export async function nft(script: string): Promise<void> {
  await runCommand("nft", ["-f", "-"], { stdin: script });
}

/** Whether a table of ours is in the kernel. */
export async function hasTable(family: Family): Promise<boolean> {
  const tables = await runCommand("nft", ["list", "tables", family]);
  return tables.split("\n").includes(`table ${family} ${tableName}`);
}

/** Whether our rules are still in the kernel, which others may flush. */
export async function isStanding(family: Family): Promise<boolean> {
  const chain = await runCommand("nft", ["list", "chain", family, tableName, "nat-prerouting"], {
    okExitCodes: [0, 1],
  });
  return chain.includes("jump services");
}

/** Takes our table away, if there is one. */
export async function deleteTable(family: Family): Promise<void> {
  await nft(`add table ${family} ${tableName}\ndelete table ${family} ${tableName}\n`);
}

/** The clients that the standing table's sets for session affinity hold. */
export async function rememberedClients(family: Family): Promise<readonly RememberedClient[]> {
  const { nftables } = JSON.parse(await runCommand("nft", ["--json", "list", "sets", family])) as {
    nftables: Listed[];
  };
  return nftables.flatMap(({ set }) => {
    if (set?.table !== tableName || !set.name.startsWith("affinity-")) return [];
    return (set.elem ?? []).flatMap((element) => {
      if (typeof element === "string") return [];
      const { val: address, expires: seconds } = element.elem;
      return seconds ? [{ set: set.name, address, seconds }] : [];
    });
  });
}

type Listed = { readonly set?: { readonly table: string; readonly name: string; readonly elem?: readonly Element[] } };
type Element = string | { readonly elem: { readonly val: string; readonly expires?: number } };
