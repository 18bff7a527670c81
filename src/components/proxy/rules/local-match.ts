import type { LocalTraffic } from "../config/proxy-config.ts";
import type { Family } from "./base-table.ts";

/** How a rule tells packets of the cluster's own pods from others. */
export type LocalMatch = { readonly is: string; readonly isNot: string };

/** The match of a way to know local traffic; undefined when it says nothing about this family. */
export function localMatch(
  local: LocalTraffic,
  { family, nodeCidrs }: { family: Family; nodeCidrs: readonly string[] },
): LocalMatch | undefined {
  switch (local.kind) {
    case "bridge":
      return byInterface(local.name);
    case "prefix":
      return byInterface(`${local.prefix}*`);
    case "nodeCidr":
      return bySource(family, nodeCidrs);
    case "cidrs":
      return bySource(family, local.cidrs);
  }
}

function bySource(family: Family, cidrs: readonly string[]): LocalMatch | undefined {
  const own = cidrs.filter((cidr) => cidr.includes(":") === (family === "ip6"));
  if (own.length === 0) return undefined;
  return { is: `${family} saddr { ${own.join(", ")} }`, isNot: `${family} saddr != { ${own.join(", ")} }` };
}

function byInterface(name: string): LocalMatch {
  return { is: `iifname "${name}"`, isNot: `iifname != "${name}"` };
}
