import { type LabNetwork, labRange } from "./addresses.ts";

/**
 * Where a packet from the lab must not wander off to by the default route: other labs, and the subnets that clusters
 * use inside themselves. Rejecting at once spares programs that dial a Service before its rules exist a long time-out.
 */
export const notRouted = [labRange, "10.96.0.0/12", "10.244.0.0/16"] as const;

/** The lab's table in nft's language: leave through masquerade, reject what is not routed. Loading it replaces it. */
export function labRules({ subnet, bridge, table }: LabNetwork): string {
  return `table inet ${table}
delete table inet ${table}
table inet ${table} {
  chain postrouting {
    type nat hook postrouting priority srcnat; policy accept;
    ip saddr ${subnet} oifname != "${bridge}" masquerade
  }
  chain forward {
    type filter hook forward priority filter; policy accept;
    iifname "${bridge}" oifname != "${bridge}" ip daddr { ${notRouted.join(", ")} } reject with icmp type net-unreachable
  }
}
`;
}

/** Takes the lab's tables away, those that exist and those that do not. */
export function removeRules({ table }: LabNetwork): string {
  return ["inet", "bridge"].map((family) => `table ${family} ${table}\ndelete table ${family} ${table}\n`).join("");
}

/** A pair of links, by their outer names, between which nothing passes. */
export type Cut = readonly [string, string];

/** The lab's table of cut links; loading it replaces the one before, no cuts at all heal everything. */
export function cutRules({ table }: LabNetwork, cuts: readonly Cut[]): string {
  const drops = cuts.flatMap(([one, other]) => [
    `    iifname "${one}" oifname "${other}" drop`,
    `    iifname "${other}" oifname "${one}" drop`,
  ]);
  return `table bridge ${table}
delete table bridge ${table}
table bridge ${table} {
  chain forward {
    type filter hook forward priority filter; policy accept;
${drops.join("\n")}
  }
}
`;
}
