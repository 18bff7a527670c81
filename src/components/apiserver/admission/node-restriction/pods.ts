import { isDeepStrictEqual } from "node:util";
import type { KubeObject } from "../../../../kube/object.ts";
import { type Fields, mapAt } from "../../defaulting/missing.ts";
import type { Attributes } from "../chain.ts";
import { type AdmissionParts, lookUp } from "../parts.ts";
import { objectReference } from "./object-reference.ts";
import { refused } from "./refused.ts";

const mirror = "kubernetes.io/config.mirror";

/** A kubelet makes mirror pods, deletes and evicts the pods on its node, and writes their status. */
export async function checkPod(parts: AdmissionParts, node: string, attributes: Attributes): Promise<void> {
  switch (attributes.subresource) {
    case "":
      return checkItself(parts, node, attributes);
    case "status":
      return checkStatus(node, attributes);
    case "eviction":
      return checkPlace(parts, node, attributes);
    default:
      throw refused(
        attributes,
        `unexpected pod subresource ${JSON.stringify(attributes.subresource)}, only 'status' and 'eviction' are allowed`,
      );
  }
}

function checkItself(parts: AdmissionParts, node: string, attributes: Attributes): Promise<void> {
  if (attributes.operation === "CREATE") return checkMirror(parts, node, attributes);
  if (attributes.operation === "DELETE") return checkPlace(parts, node, attributes);
  const who = `node ${JSON.stringify(node)} can only create and delete mirror pods`;
  throw refused(attributes, `unexpected operation ${JSON.stringify(attributes.operation)}, ${who}`);
}

async function checkPlace(parts: AdmissionParts, node: string, attributes: Attributes): Promise<void> {
  const { old, namespace, name, operation, subresource } = attributes;
  const pod = old ?? (await lookUp(parts, { resource: "pods", namespace, name }));
  if (nodeOf(pod) === node) return;
  const verb = subresource === "eviction" ? "evict" : operation.toLowerCase();
  throw refused(attributes, `node ${JSON.stringify(node)} can only ${verb} pods with spec.nodeName set to itself`);
}

function checkStatus(node: string, attributes: Attributes): void {
  const { object, old } = attributes;
  const who = `node ${JSON.stringify(node)}`;
  if (nodeOf(old) !== node) {
    throw refused(attributes, `${who} can only update pod status for pods with spec.nodeName set to itself`);
  }
  if (!isDeepStrictEqual(old?.metadata.labels, object?.metadata.labels)) {
    throw refused(attributes, `${who} cannot update labels through pod status`);
  }
  const claims = (pod: KubeObject | undefined) => mapAt(pod as Fields | undefined, "status")?.resourceClaimStatuses;
  if (!isDeepStrictEqual(claims(old), claims(object))) {
    throw refused(attributes, `${who} cannot update resource claim statues`);
  }
}

async function checkMirror(parts: AdmissionParts, node: string, attributes: Attributes): Promise<void> {
  const { object } = attributes;
  const who = `node ${JSON.stringify(node)}`;
  if (object?.metadata.annotations?.[mirror] === undefined) {
    throw refused(
      attributes,
      `pod does not have ${JSON.stringify(mirror)} annotation, ${who} can only create mirror pods`,
    );
  }
  if (nodeOf(object) !== node)
    throw refused(attributes, `${who} can only create pods with spec.nodeName set to itself`);
  await checkOwner(parts, node, attributes);
  const reference = objectReference(mapAt(object as Fields, "spec") ?? {});
  if (reference) throw refused(attributes, `${who} can not create pods that reference ${reference}`);
}

/** A mirror pod goes with its node: the node owns it, and nothing else does. */
async function checkOwner(parts: AdmissionParts, node: string, attributes: Attributes): Promise<void> {
  const [owner, ...others] = attributes.object?.metadata.ownerReferences ?? [];
  const who = `node ${JSON.stringify(node)}`;
  if (others.length > 0)
    throw refused(attributes, `${who} can only create pods with a single owner reference set to itself`);
  if (owner?.apiVersion !== "v1" || owner.kind !== "Node" || owner.name !== node)
    throw refused(attributes, `${who} can only create pods with an owner reference set to itself`);
  if (!owner.controller)
    throw refused(attributes, `${who} can only create pods with a controller owner reference set to itself`);
  if (owner.blockOwnerDeletion)
    throw refused(attributes, `${who} must not set blockOwnerDeletion on an owner reference`);
  const uid = (await lookUp(parts, { resource: "nodes", name: node }))?.metadata.uid;
  if (owner.uid !== uid) throw refused(attributes, `node ${node} UID mismatch: expected ${owner.uid} got ${uid ?? ""}`);
}

function nodeOf(pod: KubeObject | undefined): unknown {
  return mapAt(pod as Fields | undefined, "spec")?.nodeName;
}
