import { type Cidr, cidrsOverlap, formatCidr, parseCidr, parseCidrs } from "../../base/cidr.ts";
import type { InitInput } from "../../config/kubeadm/load/init-input.ts";
import type { Check } from "../engine/check.ts";
import { textOf } from "../engine/resources/path.ts";
import { isOurNode, journalProbe } from "./own-host.ts";

/** Pods and services must not share addresses with networks that the host routes to; on a node of ours pods have routes. */
export function subnetCheck({ cluster: { networking } }: InitInput): Check {
  const subnets = parseCidrs([networking.podSubnet, networking.serviceSubnet].filter(Boolean).join(",")) ?? [];
  return {
    name: "SubnetOverlap",
    probe: () => [journalProbe, { kind: "read", path: "/proc/net/route", want: "content" }],
    judge: ([journal, table]) => {
      if (isOurNode(journal)) return [];
      const routes = routesOf(textOf(table) ?? "");
      return subnets.flatMap((subnet) =>
        routes
          .filter((route) => cidrsOverlap(subnet, route))
          .map((route) => ({
            severity: "error" as const,
            message: `${formatCidr(subnet)} overlaps ${formatCidr(route)}, which this host routes to already`,
          })),
      );
    },
  };
}

/** Networks of /proc/net/route without the default route; the addresses are little-endian hex. */
export function routesOf(text: string): Cidr[] {
  return text.split("\n").flatMap((line) => {
    const [, destination = "", , , , , , mask = ""] = line.split("\t");
    if (!/^[0-9A-F]{8}$/.test(destination) || mask === "00000000") return [];
    const octets =
      destination
        .match(/../g)
        ?.reverse()
        .map((hex) => Number.parseInt(hex, 16)) ?? [];
    const prefix = [...Number.parseInt(mask, 16).toString(2)].filter((bit) => bit === "1").length;
    return parseCidr(`${octets.join(".")}/${prefix}`) ?? [];
  });
}
