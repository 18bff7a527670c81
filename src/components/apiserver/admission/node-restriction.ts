import { isDeepStrictEqual } from "node:util";
import type { KubeObject } from "../../../kube/object.ts";
import { nodeNameOf } from "../authn/user.ts";
import { type Fields, listAt, mapAt } from "../defaulting/missing.ts";
import { forbidden } from "../http/api-error.ts";
import type { AdmissionPlugin, Attributes } from "./chain.ts";
import { type AdmissionParts, isCore, lookUp } from "./parts.ts";

const mirror = "kubernetes.io/config.mirror";
const ownLabels = new Set([
  "kubernetes.io/hostname",
  "kubernetes.io/os",
  "kubernetes.io/arch",
  "node.kubernetes.io/instance-type",
  "topology.kubernetes.io/region",
  "topology.kubernetes.io/zone",
  "beta.kubernetes.io/os",
  "beta.kubernetes.io/arch",
  "beta.kubernetes.io/instance-type",
  "failure-domain.beta.kubernetes.io/zone",
  "failure-domain.beta.kubernetes.io/region",
]);

/** Keeps a kubelet to its own node, and to the pods on it. */
export function nodeRestriction(parts: AdmissionParts): AdmissionPlugin {
  return {
    name: "NodeRestriction",
    async validate(attributes) {
      const node = nodeNameOf(attributes.user);
      if (node === undefined) return;
      const { type } = attributes;
      if (isCore(type, "pods")) await checkPod(parts, node, attributes);
      else if (isCore(type, "nodes")) checkNode(node, attributes);
      else if (type.group === "coordination.k8s.io" && type.resource === "leases") checkLease(node, attributes);
      else if (type.group === "storage.k8s.io" && type.resource === "csinodes" && attributes.name !== node) {
        throw refused(attributes, "can only access CSINode with the same name as the requesting node");
      }
    },
  };
}

async function checkPod(parts: AdmissionParts, node: string, attributes: Attributes): Promise<void> {
  const { operation, subresource, object, old, namespace, name } = attributes;
  if (operation === "CREATE" && subresource === "") {
    checkMirror(node, attributes);
    return;
  }
  const pod = old ?? object ?? (await lookUp(parts, { resource: "pods", namespace, name }));
  const place = (pod?.spec as { nodeName?: string } | undefined)?.nodeName;
  if (place !== node)
    throw refused(
      attributes,
      `node ${JSON.stringify(node)} can only ${verbOf(attributes)} pods with spec.nodeName set to itself`,
    );
  if (
    operation === "UPDATE" &&
    subresource === "status" &&
    !isDeepStrictEqual(old?.metadata.labels, object?.metadata.labels)
  ) {
    throw refused(attributes, `node ${JSON.stringify(node)} cannot update labels through pod status`);
  }
}

function checkMirror(node: string, attributes: Attributes): void {
  const { object } = attributes;
  if (object?.metadata.annotations?.[mirror] === undefined) {
    throw refused(
      attributes,
      `pod does not have ${JSON.stringify(mirror)} annotation, node ${JSON.stringify(node)} can only create mirror pods`,
    );
  }
  const spec = object.spec as Fields & { nodeName?: string; serviceAccountName?: string };
  if (spec.nodeName !== node)
    throw refused(attributes, `node ${JSON.stringify(node)} can only create pods with spec.nodeName set to itself`);
  if (spec.serviceAccountName)
    throw refused(attributes, `node ${JSON.stringify(node)} can not create pods that reference a service account`);
  const refers = listAt(spec, "volumes").some((one) => one.secret || one.configMap || one.persistentVolumeClaim);
  if (refers)
    throw refused(
      attributes,
      `node ${JSON.stringify(node)} can not create pods that reference secrets, configmaps or claims`,
    );
}

function checkNode(node: string, attributes: Attributes): void {
  const { operation, name, object, old } = attributes;
  if (name !== node)
    throw refused(attributes, `node ${JSON.stringify(node)} is not allowed to modify node ${JSON.stringify(name)}`);
  if (operation === "DELETE") throw refused(attributes, `node ${JSON.stringify(node)} is not allowed to delete itself`);
  const changed = changedLabels(object, old).filter((label) => !mayLabel(label));
  if (changed.length > 0) throw refused(attributes, `is not allowed to modify labels: ${changed.join(", ")}`);
  if (
    operation === "UPDATE" &&
    !isDeepStrictEqual(mapAt(object as Fields, "spec")?.taints, mapAt(old as Fields, "spec")?.taints)
  ) {
    throw refused(attributes, `node ${JSON.stringify(node)} is not allowed to modify taints`);
  }
}

function changedLabels(object: KubeObject | undefined, old: KubeObject | undefined): string[] {
  const [now, before] = [object?.metadata.labels ?? {}, old?.metadata.labels ?? {}];
  return [...new Set([...Object.keys(now), ...Object.keys(before)])].filter((key) => now[key] !== before[key]);
}

/** Labels of other domains are free; of Kubernetes' own, a node may set only those that describe it. */
function mayLabel(label: string): boolean {
  const domain = label.includes("/") ? (label.split("/")[0] ?? "") : "";
  const isIn = (suffix: string) => domain === suffix || domain.endsWith(`.${suffix}`);
  if (isIn("node-restriction.kubernetes.io")) return false;
  if (!isIn("kubernetes.io") && !isIn("k8s.io")) return true;
  return ownLabels.has(label) || isIn("kubelet.kubernetes.io") || isIn("node.kubernetes.io");
}

function checkLease(node: string, attributes: Attributes): void {
  if (attributes.namespace !== "kube-node-lease" || attributes.name === node) return;
  throw refused(attributes, `can only access node lease with the same name as the requesting node`);
}

function verbOf({ operation }: Attributes): string {
  return operation.toLowerCase();
}

function refused({ type, name }: Attributes, why: string) {
  return forbidden({ group: type.group, resource: type.resource, name }, why);
}
