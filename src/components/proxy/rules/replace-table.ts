import { type BaseTableOptions, baseChains, baseSets, baseTable, type Family, tableName } from "./base-table.ts";
import type { Ruleset } from "./ruleset.ts";
import { noRules, transaction } from "./transaction.ts";

/** What stands in a table that an earlier run left. */
export type Standing = { readonly chains: ReadonlySet<string>; readonly sets: ReadonlySet<string> };

/** The script that makes the whole table anew, whatever stood there; atomic, so that no packet sees the table away. */
export function replaceTable(family: Family, options: BaseTableOptions, rules: Ruleset): string {
  const table = `${family} ${tableName}`;
  return `add table ${table}\ndelete table ${table}\n${baseTable(family, options)}${transaction(family, noRules, rules)}`;
}

/**
 * The script that takes over the table that an earlier run left: all rules and elements anew, but sets of clients with
 * session affinity stay as they are. Fails, as a whole, where a map stands with another type; replaceTable never does.
 */
export function adoptTable(
  family: Family,
  options: BaseTableOptions,
  { rules, standing }: { rules: Ruleset; standing: Standing },
): string {
  const table = `${family} ${tableName}`;
  const fixed = { sets: baseSets(family), chains: baseChains(family, options) };
  const fromBefore = [...fixed.sets.keys()].filter((name) => standing.sets.has(name));
  const staleChains = [...standing.chains].filter((name) => !fixed.chains.has(name) && !rules.chains.has(name));
  const staleSets = [...standing.sets].filter((name) => !fixed.sets.has(name) && !rules.affinitySets.has(name));
  return [
    `flush table ${table}`,
    ...fromBefore.map((name) => `flush ${isMap(fixed.sets, name) ? "map" : "set"} ${table} ${name}`),
    baseTable(family, options) + transaction(family, noRules, rules),
    ...staleChains.map((name) => `delete chain ${table} ${name}`),
    ...staleSets.map((name) => `delete set ${table} ${name}`),
    "",
  ].join("\n");
}

function isMap(sets: ReadonlyMap<string, string>, name: string): boolean {
  return sets.get(name)?.startsWith("map") ?? false;
}
