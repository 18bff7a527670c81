import type { KubeObject } from "../../../kube/object.ts";
import type { User } from "../authn/user.ts";
import { cleanupFinalizer } from "../crd/definitions.ts";
import { ensured, type Fields, listAt, mapAt, missing } from "../defaulting/missing.ts";
import type { Strategy } from "../registry/strategy.ts";
import { validateCsrApprovalUpdate, validateCsrStatusUpdate } from "../validation/certificates.ts";
import { ephemeralContainers, resize } from "./pod-subresources.ts";
import { qosClass } from "./qos-class.ts";

/** What single kinds need besides defaults. */
export const kindRules: Readonly<Record<string, Strategy>> = {
  pods: {
    prepareForCreate: (pod) => {
      const spec = (pod.spec ?? {}) as Fields;
      const isGated = listAt(spec, "schedulingGates").length > 0;
      pod.status = { phase: "Pending", qosClass: qosClass(spec), ...(isGated && { conditions: [gatedCondition] }) };
    },
    subresources: { ephemeralcontainers: ephemeralContainers, resize },
  },
  namespaces: {
    name: "dns-label",
    prepareForCreate: (namespace) => {
      const spec = ensured(namespace as Fields, "spec");
      const finalizers = (spec.finalizers ?? []) as string[];
      spec.finalizers = finalizers.includes("kubernetes") ? finalizers : [...finalizers, "kubernetes"];
      namespace.status = { phase: "Active" };
    },
    // Only the finalize subresource takes finalizers away.
    prepareForUpdate: (namespace, old) => {
      ensured(namespace as Fields, "spec").finalizers = mapAt(old as Fields, "spec")?.finalizers;
    },
  },
  services: {
    name: "dns-label-1035",
    prepareForCreate: (service) => {
      service.status = { loadBalancer: {} };
    },
    prepareForUpdate: keepAddresses,
  },
  persistentvolumes: { prepareForCreate: pending },
  persistentvolumeclaims: { prepareForCreate: pending },
  nodes: { keepsStatusOnCreate: true },
  "batch/jobs": { prepareForCreate: selectOwnPods },
  "certificates.k8s.io/certificatesigningrequests": {
    prepareForCreate: stampRequester,
    prepareForUpdate: keepSpec,
    subresources: {
      status: { validateUpdate: validateCsrStatusUpdate },
      approval: { validateUpdate: validateCsrApprovalUpdate },
    },
  },
  "apiextensions.k8s.io/customresourcedefinitions": {
    prepareForCreate: (definition) => {
      definition.metadata.finalizers = [...(definition.metadata.finalizers ?? []), cleanupFinalizer];
    },
    defaults: (definition) => {
      const spec = ensured(definition as Fields, "spec");
      missing(spec, { conversion: { strategy: "None" } });
      const names = ensured(spec, "names");
      const kind = String(names.kind ?? "");
      if (kind) missing(names, { singular: kind.toLowerCase(), listKind: `${kind}List` });
    },
  },
  "rbac.authorization.k8s.io/roles": { name: "path-segment" },
  "rbac.authorization.k8s.io/clusterroles": { name: "path-segment" },
  "rbac.authorization.k8s.io/rolebindings": { name: "path-segment" },
  "rbac.authorization.k8s.io/clusterrolebindings": { name: "path-segment" },
};

/** What tells from a pod's birth on that it waits for its gates (pkg/registry/core/pod, applySchedulingGatedCondition). */
const gatedCondition = {
  type: "PodScheduled",
  status: "False",
  reason: "SchedulingGated",
  message: "Scheduling is blocked due to non-empty scheduling gates",
};

/** Requests never change; what a client sends of it is not looked at. */
function keepSpec(object: KubeObject, old: KubeObject): void {
  object.spec = old.spec;
}

function pending(object: KubeObject): void {
  object.status = { phase: "Pending" };
}

/** Clients that send a service back without its addresses keep them. */
function keepAddresses(service: KubeObject, old: KubeObject): void {
  const spec = ensured(service as Fields, "spec");
  const before = mapAt(old as Fields, "spec") ?? {};
  if (spec.type === "ExternalName" || before.type === "ExternalName") return;
  for (const field of ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"]) {
    if (spec[field] === undefined || spec[field] === "") spec[field] = before[field];
  }
}

/** A job selects its pods by its own uid. */
function selectOwnPods(job: KubeObject): void {
  const spec = ensured(job as Fields, "spec");
  if (spec.manualSelector === true) return;
  const { uid = "", name = "" } = job.metadata;
  const own = { "batch.kubernetes.io/controller-uid": uid };
  const labels = { ...own, "batch.kubernetes.io/job-name": name, "controller-uid": uid, "job-name": name };
  const metadata = ensured(ensured(spec, "template"), "metadata");
  metadata.labels = { ...labels, ...mapAt(metadata, "labels") };
  spec.selector = {
    ...mapAt(spec, "selector"),
    matchLabels: { ...mapAt(mapAt(spec, "selector"), "matchLabels"), ...own },
  };
}

/** Who asks for a certificate is what the server knows of the sender, not what the request says. */
function stampRequester(request: KubeObject, user: User): void {
  const spec = ensured(request as Fields, "spec");
  for (const field of ["username", "groups", "uid", "extra"]) delete spec[field];
  Object.assign(spec, { username: user.name, groups: user.groups });
  if (user.uid) spec.uid = user.uid;
  if (user.extra && Object.keys(user.extra).length > 0) spec.extra = user.extra;
  request.status = {};
}
