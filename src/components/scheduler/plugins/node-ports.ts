import { type Plugin, passes, rejection } from "../framework/plugin.ts";
import type { NodeInfo } from "../state/node-info.ts";
import type { HostPort } from "../state/pod-info.ts";

const taken = rejection("node(s) didn't have free ports for the requested pod ports");

/** Two pods can't have one port of a node. */
export const nodePorts: Plugin = {
  name: "NodePorts",
  retryOn: ["NodeAdded", "PodDeleted"],
  filter({ hostPorts }) {
    if (hostPorts.length === 0) return passes;
    return { kind: "checks", check: (node) => (hostPorts.some((port) => isTaken(node, port)) ? taken : undefined) };
  },
};

function isTaken({ pods }: NodeInfo, wanted: HostPort): boolean {
  for (const { hostPorts } of pods.values()) if (hostPorts.some((port) => collide(port, wanted))) return true;
  return false;
}

function collide(one: HostPort, other: HostPort): boolean {
  const sameIp = one.ip === other.ip || one.ip === "0.0.0.0" || other.ip === "0.0.0.0";
  return one.port === other.port && one.protocol === other.protocol && sameIp;
}
