import { isDeepStrictEqual } from "node:util";
import type { KubeObject } from "../../../../kube/object.ts";
import { nodeNameOf } from "../../authn/user.ts";
import { type Fields, mapAt } from "../../defaulting/missing.ts";
import type { AdmissionPlugin, Attributes } from "../chain.ts";
import type { AdmissionParts } from "../parts.ts";
import { checkNode } from "./node.ts";
import { checkPod } from "./pods.ts";
import { refused } from "./refused.ts";
import { checkToken } from "./tokens.ts";

type Check = (parts: AdmissionParts, node: string, attributes: Attributes) => Promise<void> | void;

/** What each kind of object takes, by "group/resource" (plugin/pkg/admission/noderestriction). */
const checks: Readonly<Record<string, Check>> = {
  pods: checkPod,
  nodes: (_parts, node, attributes) => checkNode(node, attributes),
  persistentvolumeclaims: (_parts, node, attributes) => checkClaim(node, attributes),
  serviceaccounts: checkToken,
  "coordination.k8s.io/leases": (_parts, node, attributes) => {
    if (attributes.namespace !== "kube-node-lease" || attributes.name === node) return;
    throw refused(attributes, "can only access node lease with the same name as the requesting node");
  },
  "storage.k8s.io/csinodes": (_parts, node, attributes) => {
    if (attributes.name !== node)
      throw refused(attributes, "can only access CSINode with the same name as the requesting node");
  },
  "resource.k8s.io/resourceslices": (_parts, node, attributes) => {
    const owner = mapAt((attributes.old ?? attributes.object) as Fields | undefined, "spec")?.nodeName;
    if (owner !== node) throw refused(attributes, "can only access ResourceSlice with the same NodeName as itself");
  },
};

/** Keeps a kubelet to its own node, and to the pods on it. */
export function nodeRestriction(parts: AdmissionParts): AdmissionPlugin {
  return {
    name: "NodeRestriction",
    async validate(attributes) {
      const node = nodeNameOf(attributes.user);
      if (node === undefined) return;
      const { group, resource } = attributes.type;
      await checks[group ? `${group}/${resource}` : resource]?.(parts, node, attributes);
    },
  };
}

/** Of a claim's status a node writes how large the volume became, nothing else. */
function checkClaim(node: string, attributes: Attributes): void {
  const { subresource, object, old } = attributes;
  if (subresource !== "status") throw refused(attributes, "may only update PVC status");
  if (isDeepStrictEqual(withoutSize(object), withoutSize(old))) return;
  throw refused(
    attributes,
    `node ${JSON.stringify(node)} is not allowed to update fields other than status.quantity and status.conditions`,
  );
}

function withoutSize(claim: KubeObject | undefined): Fields {
  const { managedFields: _fields, resourceVersion: _version, ...metadata } = claim?.metadata ?? {};
  const {
    capacity: _capacity,
    conditions: _conditions,
    allocatedResources: _allocated,
    allocatedResourceStatuses: _statuses,
    ...status
  } = mapAt(claim as Fields | undefined, "status") ?? {};
  return { ...claim, metadata, status };
}
