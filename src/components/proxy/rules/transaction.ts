import { type Family, tableName } from "./base-table.ts";
import type { Ruleset } from "./ruleset.ts";

export const noRules: Ruleset = { chains: new Map(), elements: new Map(), sets: new Map() };

/**
 * The script that turns `before` into `after` in one atomic transaction and touches nothing that is equal in both;
 * empty when nothing changed.
 */
export function transaction(family: Family, before: Ruleset, after: Ruleset): string {
  const table = `${family} ${tableName}`;
  const newSets = [...after.sets].filter(([name]) => !before.sets.has(name));
  const lines = newSets.map(([name, form]) => `add ${form.replace("%s", `${table} ${name}`)}`);
  for (const name of after.chains.keys()) if (!before.chains.has(name)) lines.push(`add chain ${table} ${name}`);
  for (const [name, rules] of after.chains) {
    if (sameRules(before.chains.get(name), rules)) continue;
    if (before.chains.has(name)) lines.push(`flush chain ${table} ${name}`);
    lines.push(...rules.map((rule) => `add rule ${table} ${name} ${rule}`));
  }
  lines.push(...elementLines(table, before, after));
  const goneChains = [...before.chains.keys()].filter((name) => !after.chains.has(name));
  lines.push(
    ...goneChains.map((name) => `flush chain ${table} ${name}`),
    ...goneChains.map((name) => `delete chain ${table} ${name}`),
  );
  const goneSets = [...before.sets].filter(([name]) => !after.sets.has(name));
  lines.push(...goneSets.map(([name, form]) => `delete ${form.split(" ")[0]} ${table} ${name}`));
  return lines.length > 0 ? `${lines.join("\n")}\n` : "";
}

function elementLines(table: string, before: Ruleset, after: Ruleset): string[] {
  return [...new Set([...before.elements.keys(), ...after.elements.keys()])].flatMap((owner) => {
    const old = before.elements.get(owner) ?? new Map<string, string>();
    const now = after.elements.get(owner) ?? new Map<string, string>();
    const gone = [...old].filter(([key, value]) => now.get(key) !== value).map(([key]) => key);
    const added = [...now].filter(([key, value]) => old.get(key) !== value);
    return [
      ...(gone.length > 0 ? [`delete element ${table} ${owner} { ${gone.join(", ")} }`] : []),
      ...(added.length > 0
        ? [
            `add element ${table} ${owner} { ${added.map(([key, value]) => (value ? `${key} : ${value}` : key)).join(", ")} }`,
          ]
        : []),
    ];
  });
}

function sameRules(a: readonly string[] | undefined, b: readonly string[]): boolean {
  return a !== undefined && a.length === b.length && a.every((rule, index) => rule === b[index]);
}
