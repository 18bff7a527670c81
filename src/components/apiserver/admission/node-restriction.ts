import type { KubeObject } from "../../../kube/object.ts";
import { nodeNameOf } from "../authn/user.ts";
import { type Fields, listAt, mapAt } from "../defaulting/missing.ts";
import { forbidden } from "../http/api-error.ts";
import type { AdmissionPlugin, Attributes } from "./chain.ts";
import { type AdmissionParts, isCore, lookUp } from "./parts.ts";

/** Labels below this prefix belong to administrators alone; below the next one kubelets may set only those listed. */
const restrictedPrefix = "node-restriction.kubernetes.io/";
const kubeletPrefixes = ["kubelet.kubernetes.io/", "node.kubernetes.io/"];
const kubeletLabels = new Set([
  "kubernetes.io/hostname",
  "kubernetes.io/arch",
  "kubernetes.io/os",
  "beta.kubernetes.io/arch",
  "beta.kubernetes.io/os",
  "beta.kubernetes.io/instance-type",
  "node.kubernetes.io/instance-type",
  "failure-domain.beta.kubernetes.io/zone",
  "failure-domain.beta.kubernetes.io/region",
  "topology.kubernetes.io/zone",
  "topology.kubernetes.io/region",
]);

/** Keeps a kubelet to its own Node and its own pods (plugin/pkg/admission/noderestriction). */
export function nodeRestriction(parts: AdmissionParts): AdmissionPlugin {
  return {
    name: "NodeRestriction",
    async mutate(attributes) {
      const node = nodeNameOf(attributes.user);
      if (node === undefined) return;
      const { type, subresource } = attributes;
      if (isCore(type, "pods") && subresource === "") await restrictPod(parts, attributes, node);
      if (isCore(type, "pods") && (subresource === "status" || subresource === "eviction"))
        await requireOwnPod(parts, attributes, node);
      if (isCore(type, "nodes")) restrictNode(attributes, node);
      if (type.group === "coordination.k8s.io" && type.resource === "leases") restrictLease(attributes, node);
      if (isCore(type, "serviceaccounts") && subresource === "token") await restrictToken(parts, attributes, node);
    },
  };
}

async function restrictPod(parts: AdmissionParts, attributes: Attributes, node: string): Promise<void> {
  switch (attributes.operation) {
    case "CREATE":
      restrictMirrorPod(attributes, node);
      return;
    case "DELETE":
      await requireOwnPod(parts, attributes, node);
      return;
    default:
      throw refused(attributes, `node "${node}" can only update pod status`);
  }
}

/** The only pods that a kubelet makes are mirrors of its static ones, owned by its Node. */
function restrictMirrorPod(attributes: Attributes, node: string): void {
  const { metadata, spec } = attributes.object as KubeObject & { spec?: Fields };
  if (!metadata.annotations?.["kubernetes.io/config.mirror"])
    throw refused(
      attributes,
      `pod does not have "kubernetes.io/config.mirror" annotation, node "${node}" can only create mirror pods`,
    );
  if (spec?.nodeName !== node)
    throw refused(attributes, `node "${node}" can only create pods with spec.nodeName set to itself`);
  const owner = metadata.ownerReferences?.[0];
  const isOwnNode =
    metadata.ownerReferences?.length === 1 &&
    owner?.kind === "Node" &&
    owner.apiVersion === "v1" &&
    owner.name === node;
  if (!isOwnNode)
    throw refused(attributes, `node "${node}" can only create pods with an owner reference set to itself`);
}

async function requireOwnPod(parts: AdmissionParts, attributes: Attributes, node: string): Promise<void> {
  const { namespace, name } = attributes;
  const pod = attributes.old ?? (await lookUp(parts, { resource: "pods", namespace, name }));
  if (pod && mapAt(pod, "spec")?.nodeName !== node)
    throw refused(attributes, `node "${node}" can only act on pods with spec.nodeName set to itself`);
}

function restrictNode(attributes: Attributes, node: string): void {
  const { operation, subresource, name, object, old } = attributes;
  if (operation === "DELETE") return;
  const target = name || object?.metadata.name;
  if (target !== node) throw refused(attributes, `node "${node}" is not allowed to modify node "${target}"`);
  if (subresource !== "") return;
  const before = operation === "CREATE" ? {} : (old?.metadata.labels ?? {});
  const forbiddenLabels = changedLabels(before, object?.metadata.labels ?? {}).filter(isForbiddenLabel);
  if (forbiddenLabels.length > 0) {
    throw refused(attributes, `is not allowed to modify labels: ${forbiddenLabels.sort().join(", ")}`);
  }
  if (operation === "UPDATE" && JSON.stringify(taintsOf(old)) !== JSON.stringify(taintsOf(object))) {
    throw refused(attributes, `node "${node}" is not allowed to modify taints`);
  }
}

function restrictLease(attributes: Attributes, node: string): void {
  const { namespace, name, object } = attributes;
  if (namespace !== "kube-node-lease")
    throw refused(attributes, `can only access leases in the "kube-node-lease" system namespace`);
  if ((name || object?.metadata.name) !== node)
    throw refused(attributes, "can only access node lease with the same name as the requesting node");
}

/** A token for a pod's account only while that pod is on the node. */
async function restrictToken(parts: AdmissionParts, attributes: Attributes, node: string): Promise<void> {
  const reference = mapAt(mapAt(attributes.object ?? {}, "spec"), "boundObjectRef");
  if (reference?.kind !== "Pod" || !reference.name)
    throw refused(attributes, "node requested token not bound to a pod");
  const pod = await lookUp(parts, { resource: "pods", namespace: attributes.namespace, name: String(reference.name) });
  if (!pod || (reference.uid && pod.metadata.uid !== reference.uid))
    throw refused(attributes, "node requested token bound to a pod that does not exist");
  if (mapAt(pod, "spec")?.nodeName !== node)
    throw refused(attributes, "node requested token bound to a pod scheduled on a different node");
}

function changedLabels(before: Record<string, string>, after: Record<string, string>): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((key) => before[key] !== after[key]);
}

function isForbiddenLabel(key: string): boolean {
  const domain = key.includes("/") ? key.slice(0, key.indexOf("/")) : "";
  if (`${domain}/` === restrictedPrefix || domain.endsWith(`.${restrictedPrefix.slice(0, -1)}`)) return true;
  if (
    kubeletLabels.has(key) ||
    kubeletPrefixes.some((prefix) => `${domain}/` === prefix || domain.endsWith(`.${prefix.slice(0, -1)}`))
  )
    return false;
  return (
    domain === "kubernetes.io" || domain.endsWith(".kubernetes.io") || domain === "k8s.io" || domain.endsWith(".k8s.io")
  );
}

function taintsOf(node: KubeObject | undefined): Fields[] {
  const spec = node && mapAt(node, "spec");
  return spec ? listAt(spec, "taints") : [];
}

function refused({ type, name, object }: Attributes, why: string) {
  return forbidden({ group: type.group, resource: type.resource, name: name || (object?.metadata.name ?? "") }, why);
}
