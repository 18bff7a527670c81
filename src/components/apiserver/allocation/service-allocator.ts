import type { KubeObject } from "../../../kube/object.ts";
import { type Fields, listAt, mapAt } from "../defaulting/missing.ts";
import type { Allocator } from "../registry/allocator.ts";
import type { ResourceType } from "../resources/resource-type.ts";
import type { ClusterIps } from "./cluster-ips.ts";
import type { NodePorts } from "./node-ports.ts";

type Undo = () => Promise<unknown>;

/** Gives services their cluster addresses and node ports. */
export function serviceAllocator(ips: ClusterIps, ports: NodePorts): Allocator {
  return {
    async allocate(type, object, old) {
      if (!isService(type)) return async () => undefined;
      const undo: Undo[] = [];
      const back = async () => {
        for (const one of undo.reverse()) await one();
      };
      try {
        await allocateIps(ips, object, { old, undo });
        await allocateHealthCheckPort(ports, object, { old, undo });
        await allocatePorts(ports, object, { old, undo });
      } catch (error) {
        await back();
        throw error;
      }
      return back;
    },
    async release(type, object) {
      if (!isService(type)) return;
      const spec = mapAt(object as Fields, "spec");
      await ips.release(addressesOf(spec));
      await ports.release(portsOf(spec));
    },
  };
}

function isService({ group, resource }: ResourceType): boolean {
  return group === "" && resource === "services";
}

type Change = { readonly old: KubeObject | undefined; readonly undo: Undo[] };

async function allocateIps(ips: ClusterIps, service: KubeObject, { old, undo }: Change): Promise<void> {
  const spec = mapAt(service as Fields, "spec") ?? {};
  const before = addressesOf(mapAt(old as Fields | undefined, "spec"));
  if (spec.type === "ExternalName") {
    for (const field of ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"]) delete spec[field];
    if (before.length > 0) await ips.release(before);
    return;
  }
  if (spec.clusterIP === "None") {
    Object.assign(spec, { clusterIPs: ["None"] });
    spec.ipFamilies ??= [ips.family];
    spec.ipFamilyPolicy ??= mapAt(spec, "selector") ? "SingleStack" : "RequireDualStack";
    return;
  }
  const wanted = typeof spec.clusterIP === "string" && spec.clusterIP ? spec.clusterIP : addressesOf(spec)[0];
  if (!wanted || !before.includes(wanted)) {
    const address = await ips.take(service, wanted);
    undo.push(() => ips.release([address]));
    spec.clusterIP = address;
  }
  spec.clusterIPs = [spec.clusterIP];
  spec.ipFamilies = [ips.family];
  spec.ipFamilyPolicy ??= "SingleStack";
}

/** Load balancers ask there whether a node has endpoints of a service that keeps its clients' addresses; a port stays once given. */
async function allocateHealthCheckPort(ports: NodePorts, service: KubeObject, { old, undo }: Change): Promise<void> {
  const spec = mapAt(service as Fields, "spec") ?? {};
  if (spec.type !== "LoadBalancer" || spec.externalTrafficPolicy !== "Local") {
    delete spec.healthCheckNodePort;
    return;
  }
  const former = healthCheckPortOf(mapAt(old as Fields | undefined, "spec"));
  const [wanted = former[0]] = healthCheckPortOf(spec);
  if (wanted !== undefined && former.includes(wanted)) spec.healthCheckNodePort = wanted;
  else {
    const taken = await ports.take(wanted, service);
    undo.push(() => ports.release([taken]));
    spec.healthCheckNodePort = taken;
  }
}

async function allocatePorts(ports: NodePorts, service: KubeObject, { old, undo }: Change): Promise<void> {
  const spec = mapAt(service as Fields, "spec") ?? {};
  const before = portsOf(mapAt(old as Fields | undefined, "spec"));
  const needs =
    spec.type === "NodePort" || (spec.type === "LoadBalancer" && spec.allocateLoadBalancerNodePorts !== false);
  const list = listAt(spec, "ports");
  if (!needs && spec.type !== "LoadBalancer") for (const port of list) delete port.nodePort;
  const shared = new Map<unknown, number>();
  for (const port of needs ? list : []) {
    // TCP and UDP on one port number share a node port, as DNS wants it.
    const known = typeof port.nodePort === "number" && port.nodePort > 0 ? port.nodePort : shared.get(port.port);
    if (known !== undefined && (before.includes(known) || [...shared.values()].includes(known))) port.nodePort = known;
    else {
      const taken = await ports.take(known, service);
      undo.push(() => ports.release([taken]));
      port.nodePort = taken;
    }
    shared.set(port.port, Number(port.nodePort));
  }
  const dropped = before.filter((port) => !portsOf(spec).includes(port));
  if (dropped.length > 0) await ports.release(dropped);
}

function addressesOf(spec: Fields | undefined): string[] {
  const list = Array.isArray(spec?.clusterIPs) ? (spec.clusterIPs as string[]) : [];
  const all = list.length > 0 ? list : [String(spec?.clusterIP ?? "")];
  return all.filter((one) => one !== "" && one !== "None");
}

function portsOf(spec: Fields | undefined): number[] {
  const nodePorts = listAt(spec, "ports").flatMap((port) =>
    typeof port.nodePort === "number" && port.nodePort > 0 ? [port.nodePort] : [],
  );
  return [...nodePorts, ...healthCheckPortOf(spec)];
}

function healthCheckPortOf(spec: Fields | undefined): number[] {
  const port = spec?.healthCheckNodePort;
  return typeof port === "number" && port > 0 ? [port] : [];
}
