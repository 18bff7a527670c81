import type { KubeObject } from "../../../kube/object.ts";
import { type Fields, mapAt } from "../defaulting/missing.ts";
import type { Allocator, Reservation } from "../registry/allocator.ts";
import type { ResourceType } from "../resources/resource-type.ts";
import { invalidObject } from "../validation/field-error.ts";
import type { ClusterIps } from "./cluster-ips.ts";
import { type Family, settleFamilies } from "./ip-families.ts";
import type { NodePorts } from "./node-ports.ts";
import { assignPorts, portsOf } from "./service-ports.ts";

type Step = () => Promise<unknown>;

/** Gives services their cluster addresses, of one family or two (the cluster's first is the default), and node ports. */
export function serviceAllocator(networks: readonly ClusterIps[], ports: NodePorts): Allocator {
  return {
    async allocate(type, object, old) {
      if (!isService(type)) return nothing;
      const undo: Step[] = [];
      const back = async () => {
        for (const one of undo.reverse()) await one();
      };
      try {
        await allocateIps(networks, object, { old, undo });
        await assignPorts(ports, object, { old, undo });
      } catch (error) {
        await back();
        throw error;
      }
      return { undo: back, commit: () => free(networks, ports, { before: old, now: object }) };
    },
    async release(type, object) {
      if (isService(type)) await free(networks, ports, { before: object, now: undefined });
    },
  };
}

const nothing: Reservation = { undo: async () => undefined, commit: async () => undefined };

function isService({ group, resource }: ResourceType): boolean {
  return group === "" && resource === "services";
}

type Change = { readonly old: KubeObject | undefined; readonly undo: Step[] };

async function allocateIps(networks: readonly ClusterIps[], service: KubeObject, { old, undo }: Change): Promise<void> {
  const spec = mapAt(service as Fields, "spec") ?? {};
  if (spec.type === "ExternalName") {
    for (const field of ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"]) delete spec[field];
    return;
  }
  const before = mapAt(old as Fields | undefined, "spec");
  const families = networks.map(({ family }) => family);
  const errors = settleFamilies(spec, before?.type === "ExternalName" ? undefined : before, families);
  if (errors.length > 0) throw invalidObject(subjectOf(service), errors);
  if (spec.clusterIP === "None") return;
  const [held, wanted] = [addressesOf(before), addressesOf(spec)];
  const addresses: string[] = [];
  for (const [index, family] of (spec.ipFamilies as Family[]).entries()) {
    const named = wanted[index];
    const network = networks.find((one) => one.family === family);
    if (!network || (named && held.includes(named))) {
      if (named) addresses.push(named);
      continue;
    }
    const address = await network.take(service, named);
    undo.push(() => network.release([address]));
    addresses.push(address);
  }
  Object.assign(spec, { clusterIP: addresses[0], clusterIPs: addresses });
}

type States = { readonly before: KubeObject | undefined; readonly now: KubeObject | undefined };

/** Frees what a service held and does not hold any more. */
async function free(networks: readonly ClusterIps[], ports: NodePorts, { before, now }: States): Promise<void> {
  const [old, kept] = [before, now].map((one) => mapAt(one as Fields | undefined, "spec"));
  const addresses = addressesOf(old).filter((one) => !addressesOf(kept).includes(one));
  await networks[0]?.release(addresses);
  await ports.release(portsOf(old).filter((one) => !portsOf(kept).includes(one)));
}

export function addressesOf(spec: Fields | undefined): string[] {
  const list = Array.isArray(spec?.clusterIPs) ? (spec.clusterIPs as string[]) : [];
  const all = list.length > 0 ? list : [String(spec?.clusterIP ?? "")];
  return all.filter((one) => one !== "" && one !== "None");
}

function subjectOf({ metadata }: KubeObject) {
  return { group: "", kind: "Service", resource: "services", name: metadata.name ?? "" };
}
