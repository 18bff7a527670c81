import type { Phase } from "../engine/phase.ts";
import { packages } from "../engine/resources/packages.ts";
import type { PrepareContext } from "./prepare-context.ts";

/** What the kubelet, kube-proxy and pod networks call on a host, by Debian's names. */
export const nodePackages = [
  "ca-certificates",
  "conntrack",
  "ethtool",
  "iproute2",
  "iptables",
  "kmod",
  "mount",
  "nftables",
  "procps",
  "socat",
  "util-linux",
] as const;

export const preparePackages: Phase<PrepareContext> = {
  id: "prepare/packages",
  title: "Install the packages that a node needs",
  dependsOn: ["preflight"],
  appliesTo: () => true,
  resources: (_, { facts }) => [packages(nodePackages, facts)],
};
