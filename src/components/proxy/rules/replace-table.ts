import { type BaseTableOptions, baseTable, type Family, tableName } from "./base-table.ts";
import type { Ruleset } from "./ruleset.ts";
import { noRules, transaction } from "./transaction.ts";

/** A client that session affinity remembers: in which set, and for how many seconds yet. */
export type RememberedClient = { readonly set: string; readonly address: string; readonly seconds: number };

/**
 * The script that makes the whole table anew, whatever stood there. One transaction: packets meet the old table or the new
 * one, never none. Clients that session affinity remembered are remembered again, where their set is still wanted.
 */
export function replaceTable(
  family: Family,
  options: BaseTableOptions,
  { rules, clients = [] }: { rules: Ruleset; clients?: readonly RememberedClient[] },
): string {
  const table = `${family} ${tableName}`;
  const kept = clients.filter(({ set }) => rules.sets.has(set));
  return [
    `add table ${table}`,
    `delete table ${table}`,
    baseTable(family, options) + transaction(family, noRules, rules),
    ...kept.map(({ set, address, seconds }) => `add element ${table} ${set} { ${address} timeout ${seconds}s }`),
    "",
  ].join("\n");
}
