import type { KubeObject } from "../../../kube/object.ts";
import { at, countAt, listAt, markedDefault, none } from "./cells.ts";
import { age, boolean, type Column, columns, integer, name, wide } from "./column.ts";

type Node = KubeObject & {
  readonly spec?: { readonly unschedulable?: boolean };
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    readonly addresses?: readonly { readonly type: string; readonly address: string }[];
  };
};
type Fields = Readonly<Record<string, unknown>>;
const rolePrefix = "node-role.kubernetes.io/";
const accessShort: Readonly<Record<string, string>> = {
  ReadWriteOnce: "RWO",
  ReadOnlyMany: "ROX",
  ReadWriteMany: "RWX",
  ReadWriteOncePod: "RWOP",
};

export const configColumns: Readonly<Record<string, readonly Column[]>> = {
  nodes: columns(
    name,
    ["Status", nodeStatus],
    ["Roles", roles],
    age,
    ["Version", at("status.nodeInfo.kubeletVersion")],
    ["Internal-IP", (node: Node) => address(node, "InternalIP"), wide],
    ["External-IP", (node: Node) => address(node, "ExternalIP"), wide],
    ["OS-Image", at("status.nodeInfo.osImage", "<unknown>"), wide],
    ["Kernel-Version", kernel, wide],
    ["Container-Runtime", at("status.nodeInfo.containerRuntimeVersion", "<unknown>"), wide],
  ),
  namespaces: columns(name, ["Status", at("status.phase")], age),
  configmaps: columns(name, ["Data", (one) => countAt("data")(one) + countAt("binaryData")(one)], age),
  secrets: columns(name, ["Type", at("type")], ["Data", countAt("data")], age),
  serviceaccounts: columns(name, age),
  persistentvolumes: columns(
    name,
    ["Capacity", at("spec.capacity.storage")],
    ["Access Modes", accessModes],
    ["Reclaim Policy", at("spec.persistentVolumeReclaimPolicy")],
    ["Status", (one) => (one.metadata.deletionTimestamp ? "Terminating" : at("status.phase")(one))],
    ["Claim", ({ spec }) => claim((spec as Fields | undefined)?.claimRef)],
    ["StorageClass", at("spec.storageClassName")],
    ["VolumeAttributesClass", at("spec.volumeAttributesClassName", "<unset>")],
    ["Reason", at("status.reason")],
    age,
    ["VolumeMode", at("spec.volumeMode", "<unset>"), wide],
  ),
  persistentvolumeclaims: columns(
    name,
    ["Status", (one) => (one.metadata.deletionTimestamp ? "Terminating" : at("status.phase")(one))],
    ["Volume", at("spec.volumeName")],
    ["Capacity", at("status.capacity.storage")],
    ["Access Modes", accessModes],
    ["StorageClass", at("spec.storageClassName")],
    ["VolumeAttributesClass", at("spec.volumeAttributesClassName", "<unset>")],
    age,
    ["VolumeMode", at("spec.volumeMode", "<unset>"), wide],
  ),
  limitranges: columns(name, ["Created At", ({ metadata }) => metadata.creationTimestamp ?? ""]),
  resourcequotas: columns(name, ["Request", quota(true)], ["Limit", quota(false)], age),
  componentstatuses: columns(
    name,
    ["Status", ({ conditions }) => (first(conditions)?.status === "True" ? "Healthy" : "Unhealthy")],
    ["Message", ({ conditions }) => first(conditions)?.message ?? ""],
    ["Error", ({ conditions }) => first(conditions)?.error ?? ""],
  ),
  "storage.k8s.io/storageclasses": columns(
    ["Name", markedDefault("storageclass.kubernetes.io/is-default-class")],
    ["Provisioner", at("provisioner")],
    ["ReclaimPolicy", at("reclaimPolicy", "Delete")],
    ["VolumeBindingMode", at("volumeBindingMode", "Immediate")],
    ["AllowVolumeExpansion", at("allowVolumeExpansion", false)],
    age,
  ),
  "storage.k8s.io/csidrivers": columns(
    name,
    ["AttachRequired", at("spec.attachRequired", true), boolean],
    ["PodInfoOnMount", at("spec.podInfoOnMount", false), boolean],
    ["StorageCapacity", at("spec.storageCapacity", false), boolean],
    ["TokenRequests", tokenRequests],
    ["RequiresRepublish", at("spec.requiresRepublish", false), boolean],
    ["Modes", listAt("spec.volumeLifecycleModes")],
    age,
  ),
  "storage.k8s.io/csistoragecapacities": columns(
    name,
    ["StorageClassName", at("storageClassName")],
    ["Capacity", at("capacity", "<unset>")],
  ),
  "storage.k8s.io/volumeattachments": columns(
    name,
    ["Attacher", at("spec.attacher"), { format: "name" }],
    ["PV", at("spec.source.persistentVolumeName")],
    ["Node", at("spec.nodeName")],
    ["Attached", at("status.attached", false), boolean],
    age,
  ),
  "storage.k8s.io/volumeattributesclasses": columns(name, ["DriverName", at("driverName")], age),
  "storage.k8s.io/csinodes": columns(
    name,
    ["Drivers", ({ spec }) => ((spec as { drivers?: unknown[] } | undefined)?.drivers ?? []).length, integer],
    age,
  ),
  "scheduling.k8s.io/priorityclasses": columns(
    name,
    ["Value", at("value", 0), integer],
    ["Global-Default", at("globalDefault", false), boolean],
    age,
    ["PreemptionPolicy", at("preemptionPolicy", "PreemptLowerPriority")],
  ),
  "coordination.k8s.io/leases": columns(name, ["Holder", at("spec.holderIdentity")], age),
  "node.k8s.io/runtimeclasses": columns(name, ["Handler", at("handler")], age),
};

function nodeStatus({ spec, status }: Node): string {
  const ready = status?.conditions?.find(({ type }) => type === "Ready");
  const word = ready ? (ready.status === "True" ? "Ready" : "NotReady") : "Unknown";
  return spec?.unschedulable ? `${word},SchedulingDisabled` : word;
}

function roles({ metadata }: Node): string {
  const found = Object.entries(metadata.labels ?? {}).flatMap(([key, value]) => {
    if (key.startsWith(rolePrefix) && key.length > rolePrefix.length) return [key.slice(rolePrefix.length)];
    return key === "kubernetes.io/role" && value ? [value] : [];
  });
  return found.sort().join(",") || none;
}

function kernel(node: Node): string {
  const version = String(at("status.nodeInfo.kernelVersion", "<unknown>")(node));
  const architecture = at("status.nodeInfo.architecture")(node);
  return architecture ? `${version} (${architecture})` : version;
}

function tokenRequests({ spec }: KubeObject): string {
  const requests = (spec as { tokenRequests?: { audience: string }[] } | undefined)?.tokenRequests;
  return requests ? requests.map(({ audience }) => audience).join(",") : "<unset>";
}

function address({ status }: Node, type: string): string {
  return status?.addresses?.find((one) => one.type === type)?.address ?? none;
}

function accessModes(one: KubeObject): string {
  const { spec, status } = one as { spec?: Fields; status?: Fields };
  const modes = (status?.accessModes ?? spec?.accessModes ?? []) as string[];
  return modes.map((mode) => accessShort[mode] ?? mode).join(",");
}

function claim(reference: unknown): string {
  const { namespace, name: of } = (reference ?? {}) as Record<string, string>;
  return of ? `${namespace}/${of}` : "";
}

function quota(isRequest: boolean): (one: KubeObject) => string {
  return ({ status }) => {
    const { hard = {}, used = {} } = (status ?? {}) as { hard?: Record<string, string>; used?: Record<string, string> };
    const wanted = Object.keys(hard).filter((key) => key.startsWith("limits.") !== isRequest);
    return wanted
      .sort()
      .map((key) => `${key}: ${used[key] ?? 0}/${hard[key]}`)
      .join(", ");
  };
}

function first(conditions: unknown): { status?: string; message?: string; error?: string } | undefined {
  return (conditions as { status?: string }[] | undefined)?.[0];
}
