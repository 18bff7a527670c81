import { dig } from "./field-path.ts";
import { groupVersion, type ResourceType, type Subresource, scale, status } from "./resource-type.ts";

const v1 = groupVersion("", "v1");
const createOnly = { verbs: ["create"], storagePath: undefined };
const streaming = ["create", "get"];
const proxying = ["create", "delete", "get", "patch", "update"];

const pod: readonly Subresource[] = [
  { name: "attach", kind: "PodAttachOptions", verbs: streaming },
  { name: "binding", kind: "Binding", verbs: ["create"] },
  { name: "ephemeralcontainers", kind: "Pod", verbs: ["get", "patch", "update"] },
  { name: "eviction", kind: "Eviction", group: "policy", version: "v1", verbs: ["create"] },
  { name: "exec", kind: "PodExecOptions", verbs: streaming },
  { name: "log", kind: "Pod", verbs: ["get"] },
  { name: "portforward", kind: "PodPortForwardOptions", verbs: streaming },
  { name: "proxy", kind: "PodProxyOptions", verbs: proxying },
  { name: "resize", kind: "Pod", verbs: ["get", "patch", "update"] },
  status("Pod"),
];

export const core: readonly ResourceType[] = [
  v1.namespaced("Binding", "bindings", createOnly),
  v1.cluster("ComponentStatus", "componentstatuses", {
    shortNames: ["cs"],
    verbs: ["get", "list"],
    storagePath: undefined,
    deprecation: "v1 ComponentStatus is deprecated in v1.19+",
  }),
  v1.namespaced("ConfigMap", "configmaps", { shortNames: ["cm"] }),
  v1.namespaced("Endpoints", "endpoints", {
    shortNames: ["ep"],
    storagePath: "services/endpoints",
    deprecation: "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice",
  }),
  v1.namespaced("Event", "events", { shortNames: ["ev"], fieldsOf: eventFields }),
  v1.namespaced("LimitRange", "limitranges", { shortNames: ["limits"] }),
  v1.cluster("Namespace", "namespaces", {
    shortNames: ["ns"],
    verbs: ["create", "delete", "get", "list", "patch", "update", "watch"],
    subresources: [{ name: "finalize", kind: "Namespace", verbs: ["update"] }, status("Namespace")],
    fieldsOf: (object) => ({ "status.phase": dig(object, "status", "phase") }),
  }),
  v1.cluster("Node", "nodes", {
    shortNames: ["no"],
    storagePath: "minions",
    subresources: [{ name: "proxy", kind: "NodeProxyOptions", verbs: proxying }, status("Node")],
    fieldsOf: (object) => ({ "spec.unschedulable": dig(object, "spec", "unschedulable") || "false" }),
  }),
  v1.namespaced("PersistentVolumeClaim", "persistentvolumeclaims", {
    shortNames: ["pvc"],
    subresources: [status("PersistentVolumeClaim")],
  }),
  v1.cluster("PersistentVolume", "persistentvolumes", {
    shortNames: ["pv"],
    subresources: [status("PersistentVolume")],
  }),
  v1.namespaced("Pod", "pods", {
    shortNames: ["po"],
    categories: ["all"],
    subresources: pod,
    fieldsOf: podFields,
  }),
  v1.namespaced("PodTemplate", "podtemplates"),
  v1.namespaced("ReplicationController", "replicationcontrollers", {
    shortNames: ["rc"],
    categories: ["all"],
    storagePath: "controllers",
    subresources: [scale(), status("ReplicationController")],
    fieldsOf: (object) => ({ "status.replicas": dig(object, "status", "replicas") || "0" }),
  }),
  v1.namespaced("ResourceQuota", "resourcequotas", {
    shortNames: ["quota"],
    subresources: [status("ResourceQuota")],
  }),
  v1.namespaced("Secret", "secrets", { fieldsOf: (object) => ({ type: dig(object, "type") }) }),
  v1.namespaced("ServiceAccount", "serviceaccounts", {
    shortNames: ["sa"],
    subresources: [
      { name: "token", kind: "TokenRequest", group: "authentication.k8s.io", version: "v1", verbs: ["create"] },
    ],
  }),
  v1.namespaced("Service", "services", {
    shortNames: ["svc"],
    categories: ["all"],
    storagePath: "services/specs",
    subresources: [{ name: "proxy", kind: "ServiceProxyOptions", verbs: proxying }, status("Service")],
    fieldsOf: (object) => ({
      "spec.clusterIP": dig(object, "spec", "clusterIP"),
      "spec.type": dig(object, "spec", "type"),
    }),
  }),
];

function podFields(object: Record<string, unknown>): Record<string, string> {
  return {
    "spec.nodeName": dig(object, "spec", "nodeName"),
    "spec.restartPolicy": dig(object, "spec", "restartPolicy"),
    "spec.schedulerName": dig(object, "spec", "schedulerName"),
    "spec.serviceAccountName": dig(object, "spec", "serviceAccountName"),
    "spec.hostNetwork": dig(object, "spec", "hostNetwork") || "false",
    "status.phase": dig(object, "status", "phase"),
    "status.podIP": dig(object, "status", "podIP"),
    "status.nominatedNodeName": dig(object, "status", "nominatedNodeName"),
  };
}

/** Fields of an event in its stored form, core/v1. */
export function eventFields(object: Record<string, unknown>): Record<string, string> {
  const involved = Object.fromEntries(
    ["kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath"].map((field) => [
      `involvedObject.${field}`,
      dig(object, "involvedObject", field),
    ]),
  );
  const source = dig(object, "source", "component") || dig(object, "reportingComponent");
  return {
    ...involved,
    reason: dig(object, "reason"),
    reportingComponent: dig(object, "reportingComponent"),
    source,
    type: dig(object, "type"),
  };
}
