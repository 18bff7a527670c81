import type { KubeObject, Resource } from "./object.ts";

/** A resource of the API with its kind and scope. */
export type ResourceInfo = Resource & { readonly kind: string; readonly namespaced: boolean };

const namespaced = true;
const cluster = false;

/** The built-in resources that the programs speak about, by their plural name. */
export const resources = {
  bindings: info("v1", "bindings", "Binding", namespaced),
  configmaps: info("v1", "configmaps", "ConfigMap", namespaced),
  endpoints: info("v1", "endpoints", "Endpoints", namespaced),
  events: info("v1", "events", "Event", namespaced),
  limitranges: info("v1", "limitranges", "LimitRange", namespaced),
  namespaces: info("v1", "namespaces", "Namespace", cluster),
  nodes: info("v1", "nodes", "Node", cluster),
  persistentvolumeclaims: info("v1", "persistentvolumeclaims", "PersistentVolumeClaim", namespaced),
  persistentvolumes: info("v1", "persistentvolumes", "PersistentVolume", cluster),
  pods: info("v1", "pods", "Pod", namespaced),
  podtemplates: info("v1", "podtemplates", "PodTemplate", namespaced),
  replicationcontrollers: info("v1", "replicationcontrollers", "ReplicationController", namespaced),
  resourcequotas: info("v1", "resourcequotas", "ResourceQuota", namespaced),
  secrets: info("v1", "secrets", "Secret", namespaced),
  serviceaccounts: info("v1", "serviceaccounts", "ServiceAccount", namespaced),
  services: info("v1", "services", "Service", namespaced),
  controllerrevisions: info("apps/v1", "controllerrevisions", "ControllerRevision", namespaced),
  daemonsets: info("apps/v1", "daemonsets", "DaemonSet", namespaced),
  deployments: info("apps/v1", "deployments", "Deployment", namespaced),
  replicasets: info("apps/v1", "replicasets", "ReplicaSet", namespaced),
  statefulsets: info("apps/v1", "statefulsets", "StatefulSet", namespaced),
  tokenreviews: info("authentication.k8s.io/v1", "tokenreviews", "TokenReview", cluster),
  subjectaccessreviews: info("authorization.k8s.io/v1", "subjectaccessreviews", "SubjectAccessReview", cluster),
  cronjobs: info("batch/v1", "cronjobs", "CronJob", namespaced),
  jobs: info("batch/v1", "jobs", "Job", namespaced),
  certificatesigningrequests: info(
    "certificates.k8s.io/v1",
    "certificatesigningrequests",
    "CertificateSigningRequest",
    cluster,
  ),
  leases: info("coordination.k8s.io/v1", "leases", "Lease", namespaced),
  endpointslices: info("discovery.k8s.io/v1", "endpointslices", "EndpointSlice", namespaced),
  ingresses: info("networking.k8s.io/v1", "ingresses", "Ingress", namespaced),
  networkpolicies: info("networking.k8s.io/v1", "networkpolicies", "NetworkPolicy", namespaced),
  runtimeclasses: info("node.k8s.io/v1", "runtimeclasses", "RuntimeClass", cluster),
  poddisruptionbudgets: info("policy/v1", "poddisruptionbudgets", "PodDisruptionBudget", namespaced),
  clusterrolebindings: info("rbac.authorization.k8s.io/v1", "clusterrolebindings", "ClusterRoleBinding", cluster),
  clusterroles: info("rbac.authorization.k8s.io/v1", "clusterroles", "ClusterRole", cluster),
  rolebindings: info("rbac.authorization.k8s.io/v1", "rolebindings", "RoleBinding", namespaced),
  roles: info("rbac.authorization.k8s.io/v1", "roles", "Role", namespaced),
  priorityclasses: info("scheduling.k8s.io/v1", "priorityclasses", "PriorityClass", cluster),
  csidrivers: info("storage.k8s.io/v1", "csidrivers", "CSIDriver", cluster),
  csinodes: info("storage.k8s.io/v1", "csinodes", "CSINode", cluster),
  storageclasses: info("storage.k8s.io/v1", "storageclasses", "StorageClass", cluster),
  volumeattachments: info("storage.k8s.io/v1", "volumeattachments", "VolumeAttachment", cluster),
} as const satisfies Record<string, ResourceInfo>;

/** `apps/v1`, or `v1` for the core group. */
export function apiVersionOf({ group, version }: Pick<Resource, "group" | "version">): string {
  return group === "" ? version : `${group}/${version}`;
}

/** The group and version that an apiVersion names. */
function parseApiVersion(apiVersion: string): { group: string; version: string } {
  const slash = apiVersion.indexOf("/");
  return { group: slash < 0 ? "" : apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}

/** The built-in resource of a kind; undefined for custom kinds, which only discovery knows. */
export function resourceOfKind({
  apiVersion,
  kind,
}: Pick<KubeObject, "apiVersion" | "kind">): ResourceInfo | undefined {
  return Object.values<ResourceInfo>(resources).find((one) => one.kind === kind && apiVersionOf(one) === apiVersion);
}

function info(apiVersion: string, resource: string, kind: string, isNamespaced: boolean): ResourceInfo {
  return { ...parseApiVersion(apiVersion), resource, kind, namespaced: isNamespaced };
}
