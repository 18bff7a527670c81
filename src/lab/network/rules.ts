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

/** In a cut, the end that is this machine instead of a host. */
export const operator = "operator";

/** Two ends between which nothing passes: the outer names of hosts' links, or `operator`. */
export type Cut = readonly [string, string];

/** Without ARP among what is dropped, ends that are healed find each other at once. */
const drop = "meta protocol { ip, ip6 } drop";

/** The lab's table of cut links; loading it replaces the one before, no cuts at all heal everything. */
export function cutRules({ table }: LabNetwork, cuts: readonly Cut[]): string {
  const between = cuts.filter((ends) => !ends.includes(operator));
  const links = cuts
    .filter((ends) => ends.includes(operator))
    .flatMap((ends) => ends.filter((end) => end !== operator));
  return `table bridge ${table}
delete table bridge ${table}
table bridge ${table} {
${chain(
  "forward",
  between.flatMap(([one, other]) => [passing(one, other), passing(other, one)]),
)}
${chain(
  "input",
  links.map((link) => `iifname "${link}" ${drop}`),
)}
${chain(
  "output",
  links.map((link) => `oifname "${link}" ${drop}`),
)}
}
`;
}

function passing(from: string, to: string): string {
  return `iifname "${from}" oifname "${to}" ${drop}`;
}

function chain(hook: string, rules: readonly string[]): string {
  return `  chain ${hook} {
    type filter hook ${hook} priority filter; policy accept;
${rules.map((rule) => `    ${rule}\n`).join("")}  }`;
}
