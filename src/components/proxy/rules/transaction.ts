import { elementOwners, type Ruleset } from "./ruleset.ts";

export const tableName = "kube-proxy";

/** The fixed part of our table, as one script that replaces whatever stood there. */
export function baseTable(
  family: "ip" | "ip6",
  { masqueradeMark = "0x4000" }: { masqueradeMark?: string } = {},
): string {
  const address = family === "ip" ? "ipv4_addr" : "ipv6_addr";
  const loopback = family === "ip" ? "127.0.0.0/8" : "::1/128";
  return `add table ${family} ${tableName}
delete table ${family} ${tableName}
table ${family} ${tableName} {
  comment "rules for kube-proxy";
  map service-ips { type ${address} . inet_proto . inet_service : verdict; }
  map service-nodeports { type inet_proto . inet_service : verdict; }
  map no-endpoint-services { type ${address} . inet_proto . inet_service : verdict; }
  map no-endpoint-nodeports { type inet_proto . inet_service : verdict; }
  set cluster-ips { type ${address}; }
  set hairpins { type ${address} . ${address}; }
  chain mark-for-masquerade { meta mark set meta mark or ${masqueradeMark}; }
  chain reject-chain { reject; }
  chain services {
    ${family} daddr . meta l4proto . th dport vmap @service-ips
    ${family} daddr != ${loopback} fib daddr type local meta l4proto . th dport vmap @service-nodeports
  }
  chain endpoints-check {
    ${family} daddr . meta l4proto . th dport vmap @no-endpoint-services
    ${family} daddr != ${loopback} fib daddr type local meta l4proto . th dport vmap @no-endpoint-nodeports
  }
  chain cluster-ips-check { ${family} daddr @cluster-ips reject; }
  chain nat-prerouting { type nat hook prerouting priority dstnat; policy accept; jump services; }
  chain nat-output { type nat hook output priority -100; policy accept; jump services; }
  chain nat-postrouting {
    type nat hook postrouting priority srcnat; policy accept;
    ${family} saddr . ${family} daddr @hairpins masquerade fully-random
    meta mark & ${masqueradeMark} == 0 return
    meta mark set meta mark & ~${masqueradeMark}
    masquerade fully-random
  }
  chain filter-prerouting { type filter hook prerouting priority -110; policy accept; ct state new jump endpoints-check; }
  chain filter-output { type filter hook output priority -110; policy accept; ct state new jump endpoints-check; }
  chain filter-forward-late { type filter hook forward priority filter; policy accept; ct state new jump cluster-ips-check; }
  chain filter-output-late { type filter hook output priority filter; policy accept; ct state new jump cluster-ips-check; }
}
`.replaceAll(/ ~(0x[0-9a-f]+)/g, (_, mark: string) => ` 0x${(~Number(mark) >>> 0).toString(16)}`);
}

export const noRules: Ruleset = { chains: new Map(), elements: new Map(), affinitySets: new Map() };

/**
 * The script that turns `before` into `after` in one atomic transaction and touches nothing that is equal in both;
 * empty when nothing changed.
 */
export function transaction(family: "ip" | "ip6", before: Ruleset, after: Ruleset): string {
  const table = `${family} ${tableName}`;
  const address = family === "ip" ? "ipv4_addr" : "ipv6_addr";
  const lines: string[] = [];
  for (const [name, seconds] of after.affinitySets) {
    if (before.affinitySets.get(name) === seconds) continue;
    if (before.affinitySets.has(name)) lines.push(`flush chain ${table} ${name.slice("affinity-".length)}`);
    lines.push(`add set ${table} ${name} { type ${address}; flags dynamic,timeout; timeout ${seconds}s; }`);
  }
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
  const goneSets = [...before.affinitySets.keys()].filter((name) => !after.affinitySets.has(name));
  lines.push(...goneSets.map((name) => `delete set ${table} ${name}`));
  return lines.length > 0 ? `${lines.join("\n")}\n` : "";
}

function elementLines(table: string, before: Ruleset, after: Ruleset): string[] {
  return elementOwners.flatMap((owner) => {
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
