import { ports } from "../../config/kubeadm/constants.ts";
import type { Op } from "../../hosts/op.ts";
import type { Check } from "../engine/check.ts";
import { textOf } from "../engine/resources/path.ts";
import { isOurNode, journalProbe } from "./own-host.ts";
import type { PreflightNode } from "./preflight-context.ts";

const socketTables: readonly Op[] = ["/proc/net/tcp", "/proc/net/tcp6"].map((path) => ({
  kind: "read",
  path,
  want: "content",
}));

/** Ports that must be free before this host becomes a node. */
export function portChecks(node: PreflightNode): Check[] {
  return listeningPorts(node).map((port) => ({
    name: `Port-${port}`,
    probe: () => [journalProbe, ...socketTables],
    judge: ([journal, ...tables]) => {
      const isFree = tables.every((table) => !portsIn(textOf(table) ?? "").has(port));
      return isFree || isOurNode(journal) ? [] : [{ severity: "error", message: `port ${port} is in use` }];
    },
  }));
}

function listeningPorts({ role, input }: PreflightNode): number[] {
  if (role === "worker") return [ports.kubelet];
  const etcd = input.cluster.etcd.local ? [ports.etcdClient, ports.etcdPeer] : [];
  return [input.init.localAPIEndpoint.bindPort, ports.scheduler, ports.controllerManager, ports.kubelet, ...etcd];
}

/** Ports that something listens on: state 0A of proc(5)'s net/tcp, whose addresses end in a hex port. */
export function portsIn(table: string): ReadonlySet<number> {
  const listening = table.matchAll(/^\s*\d+: [0-9A-F]+:([0-9A-F]{4}) \S+ 0A /gm);
  return new Set([...listening].map(([, hex = "0"]) => Number.parseInt(hex, 16)));
}
