export type Family = "ip" | "ip6";

export const tableName = "kube-proxy";

export type BaseTableOptions = {
  /** The packet mark of what is to be masqueraded, e.g. `0x4000`. */
  readonly masqueradeMark: string;
};

/** Maps and sets that always stand, by name, with their types. */
export function baseSets(family: Family): ReadonlyMap<string, string> {
  const address = addressType(family);
  const socketVerdicts = `map %s { type ${address} . inet_proto . inet_service : verdict; }`;
  const portVerdicts = "map %s { type inet_proto . inet_service : verdict; }";
  const addresses = `set %s { type ${address}; }`;
  return new Map([
    ["service-ips", socketVerdicts],
    ["service-nodeports", portVerdicts],
    ["no-endpoint-services", socketVerdicts],
    ["no-endpoint-nodeports", portVerdicts],
    ["cluster-ips", addresses],
    ["nodeport-ips", addresses],
    ["hairpins", `set %s { type ${address} . ${address}; }`],
  ]);
}

/** Chains that always stand: the hooks, and what they call; names and order as upstream's proxy has them. */
export function baseChains(family: Family, { masqueradeMark: mark }: BaseTableOptions): ReadonlyMap<string, string> {
  const socket = `${family} daddr . meta l4proto . th dport`;
  const nodePort = `${family} daddr @nodeport-ips meta l4proto . th dport`;
  const unmark = `0x${(~Number(mark) >>> 0).toString(16)}`;
  const hook = (type: string, at: string) => `type ${type} hook ${at}; policy accept;`;
  return new Map([
    ["mark-for-masquerade", `meta mark set meta mark or ${mark}`],
    ["reject-chain", "reject"],
    ["services", `${socket} vmap @service-ips; ${nodePort} vmap @service-nodeports`],
    ["endpoints-check", `${socket} vmap @no-endpoint-services; ${nodePort} vmap @no-endpoint-nodeports`],
    ["cluster-ips-check", `${family} daddr @cluster-ips reject`],
    ["nat-prerouting", `${hook("nat", "prerouting priority dstnat")} jump services`],
    ["nat-output", `${hook("nat", "output priority -100")} jump services`],
    [
      "nat-postrouting",
      `${hook("nat", "postrouting priority srcnat")}
      ct status dnat ${family} saddr . ${family} daddr @hairpins masquerade fully-random
      meta mark & ${mark} == 0 return
      meta mark set meta mark & ${unmark}
      masquerade fully-random`,
    ],
    ["filter-prerouting", `${hook("filter", "prerouting priority -110")} ct state new jump endpoints-check`],
    ["filter-output", `${hook("filter", "output priority -110")} ct state new jump endpoints-check`],
    ["filter-forward-late", `${hook("filter", "forward priority filter")} ct state new jump cluster-ips-check`],
    ["filter-output-late", `${hook("filter", "output priority filter")} ct state new jump cluster-ips-check`],
  ]);
}

/** The fixed part of our table as a script, to be run where no such table, or an emptied one, stands. */
export function baseTable(family: Family, options: BaseTableOptions): string {
  const sets = [...baseSets(family)].map(([name, form]) => form.replace("%s", name));
  const chains = [...baseChains(family, options)].map(([name, rules]) => `chain ${name} { ${rules}; }`);
  return `table ${family} ${tableName} {\n  ${[...sets, ...chains].join("\n  ")}\n}\n`;
}

export function addressType(family: Family): "ipv4_addr" | "ipv6_addr" {
  return family === "ip" ? "ipv4_addr" : "ipv6_addr";
}
