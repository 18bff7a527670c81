import { isDeepStrictEqual } from "node:util";
import type { KubeObject } from "../../../../kube/object.ts";
import { type Fields, mapAt } from "../../defaulting/missing.ts";
import type { Attributes } from "../chain.ts";
import { refused } from "./refused.ts";

/** Labels of Kubernetes' own domains that a kubelet may give its node (k8s.io/kubelet/pkg/apis/well_known_labels.go). */
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

/** A kubelet keeps to its own Node, and can't lure workloads to it by labels or taints. */
export function checkNode(node: string, attributes: Attributes): void {
  const { operation, name, object, old } = attributes;
  const who = `node ${JSON.stringify(node)}`;
  if (name !== node) throw refused(attributes, `${who} is not allowed to modify node ${JSON.stringify(name)}`);
  const changed = changedLabels(object, old)
    .filter((label) => !mayLabel(label))
    .sort();
  if (operation === "CREATE" && changed.length > 0)
    throw refused(attributes, `${who} is not allowed to set the following labels: ${changed.join(", ")}`);
  if (operation !== "UPDATE") return;
  const taints = (one: KubeObject | undefined) => mapAt(one as Fields | undefined, "spec")?.taints;
  if (!isDeepStrictEqual(taints(object), taints(old)))
    throw refused(attributes, `${who} is not allowed to modify taints`);
  if (!isDeepStrictEqual(object?.metadata.ownerReferences, old?.metadata.ownerReferences))
    throw refused(attributes, `${who} is not allowed to modify ownerReferences`);
  if (changed.length > 0) throw refused(attributes, `is not allowed to modify labels: ${changed.join(", ")}`);
}

function changedLabels(object: KubeObject | undefined, old: KubeObject | undefined): string[] {
  if (!object) return [];
  const [now, before] = [object.metadata.labels ?? {}, old?.metadata.labels ?? {}];
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
