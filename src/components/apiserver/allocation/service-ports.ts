import type { KubeObject } from "../../../kube/object.ts";
import { type Fields, listAt, mapAt } from "../defaulting/missing.ts";
import type { NodePorts } from "./node-ports.ts";

type Change = { readonly old: KubeObject | undefined; readonly undo: (() => Promise<unknown>)[] };

/** Gives a service the node ports that its type needs; on a change, ports that are not named keep theirs by name. */
export async function assignPorts(ports: NodePorts, service: KubeObject, { old, undo }: Change): Promise<void> {
  const spec = mapAt(service as Fields, "spec") ?? {};
  const before = mapAt(old as Fields | undefined, "spec");
  const held = portsOf(before);
  const taken: number[] = [];
  const take = async (wanted: number | undefined): Promise<number> => {
    if (wanted !== undefined && (held.includes(wanted) || taken.includes(wanted))) return wanted;
    const port = await ports.take(wanted, service);
    undo.push(() => ports.release([port]));
    taken.push(port);
    return port;
  };
  if (!needsHealthCheck(spec)) delete spec.healthCheckNodePort;
  else
    spec.healthCheckNodePort = await take(numberOf(spec.healthCheckNodePort) ?? numberOf(before?.healthCheckNodePort));
  if (!needsPorts(spec)) {
    if (spec.type !== "LoadBalancer") for (const port of listAt(spec, "ports")) delete port.nodePort;
  } else {
    if (before && needsPorts(before)) keepByName(spec, before);
    await assignEach(listAt(spec, "ports"), take);
  }
}

async function assignEach(
  list: readonly Fields[],
  take: (wanted: number | undefined) => Promise<number>,
): Promise<void> {
  // TCP and UDP on one port number share a node port, as DNS wants it.
  const shared = new Map<unknown, number>();
  for (const port of list) {
    const nodePort = await take(numberOf(port.nodePort) ?? shared.get(port.port));
    port.nodePort = nodePort;
    shared.set(port.port, nodePort);
  }
}

/** Old clients send services back without their node ports. */
function keepByName(spec: Fields, before: Fields): void {
  const used = portsOf(spec);
  const known = new Map(listAt(before, "ports").map(({ name, nodePort }) => [name ?? "", numberOf(nodePort)]));
  for (const port of listAt(spec, "ports")) {
    const own = known.get(port.name ?? "");
    if (numberOf(port.nodePort) === undefined && own !== undefined && !used.includes(own)) port.nodePort = own;
  }
}

function needsPorts({ type, allocateLoadBalancerNodePorts }: Fields): boolean {
  return type === "NodePort" || (type === "LoadBalancer" && allocateLoadBalancerNodePorts !== false);
}

/** Load balancers ask such a port which nodes have endpoints of their own. */
function needsHealthCheck({ type, externalTrafficPolicy }: Fields): boolean {
  return type === "LoadBalancer" && externalTrafficPolicy === "Local";
}

function numberOf(value: unknown): number | undefined {
  return typeof value === "number" && value > 0 ? value : undefined;
}

/** Every node port that a service holds. */
export function portsOf(spec: Fields | undefined): number[] {
  const all = [...listAt(spec, "ports").map((port) => port.nodePort), spec?.healthCheckNodePort];
  return [...new Set(all.flatMap((one) => numberOf(one) ?? []))];
}
