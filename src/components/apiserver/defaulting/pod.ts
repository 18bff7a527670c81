import { ensured, type Fields, listAt, mapAt, missing } from "./missing.ts";

/** Defaults of a pod's spec, in a pod and in every template of one. */
function defaultPodSpec(spec: Fields): void {
  missing(spec, {
    restartPolicy: "Always",
    dnsPolicy: "ClusterFirst",
    terminationGracePeriodSeconds: 30,
    schedulerName: "default-scheduler",
    securityContext: {},
  });
  const account = spec.serviceAccountName || spec.serviceAccount;
  if (account) Object.assign(spec, { serviceAccountName: account, serviceAccount: account });
  for (const container of listAt(spec, "containers")) defaultContainer(container, spec.hostNetwork === true);
  for (const container of listAt(spec, "initContainers")) defaultContainer(container, spec.hostNetwork === true);
  for (const container of listAt(spec, "ephemeralContainers")) defaultContainer(container, false);
  for (const volume of listAt(spec, "volumes")) defaultVolume(volume);
}

export function defaultPod(pod: Fields): void {
  const spec = ensured(pod, "spec");
  defaultPodSpec(spec);
  missing(spec, { enableServiceLinks: true });
  for (const container of [...listAt(spec, "containers"), ...listAt(spec, "initContainers")])
    requestsFromLimits(container);
}

export function defaultPodTemplate(template: Fields): void {
  missing(template, { metadata: { creationTimestamp: null } });
  defaultPodSpec(ensured(template, "spec"));
}

function requestsFromLimits(container: Fields): void {
  const resources = mapAt(container, "resources");
  const limits = mapAt(resources, "limits");
  if (resources && limits) missing(ensured(resources, "requests"), limits);
}

function defaultContainer(container: Fields, isOnHostNetwork: boolean): void {
  missing(container, {
    resources: {},
    terminationMessagePath: "/dev/termination-log",
    terminationMessagePolicy: "File",
    imagePullPolicy: pullPolicy(String(container.image ?? "")),
  });
  for (const port of listAt(container, "ports")) {
    missing(port, { protocol: "TCP" });
    if (isOnHostNetwork) missing(port, { hostPort: port.containerPort });
  }
  for (const env of listAt(container, "env")) {
    const fieldRef = mapAt(mapAt(env, "valueFrom"), "fieldRef");
    if (fieldRef) missing(fieldRef, { apiVersion: "v1" });
    const resourceRef = mapAt(mapAt(env, "valueFrom"), "resourceFieldRef");
    if (resourceRef) missing(resourceRef, { divisor: "0" });
  }
  for (const name of ["livenessProbe", "readinessProbe", "startupProbe"]) defaultProbe(mapAt(container, name));
  for (const hook of ["postStart", "preStop"])
    defaultHttpGet(mapAt(mapAt(mapAt(container, "lifecycle"), hook), "httpGet"));
}

/** Images without a tag, or with "latest", are pulled each time. */
function pullPolicy(image: string): string {
  if (image.includes("@")) return "IfNotPresent";
  const tag = /:([^/:]+)$/.exec(image)?.[1] ?? "latest";
  return tag === "latest" ? "Always" : "IfNotPresent";
}

function defaultProbe(probe: Fields | undefined): void {
  if (!probe) return;
  missing(probe, { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 });
  defaultHttpGet(mapAt(probe, "httpGet"));
  const grpc = mapAt(probe, "grpc");
  if (grpc) missing(grpc, { service: "" });
}

function defaultHttpGet(httpGet: Fields | undefined): void {
  if (httpGet) missing(httpGet, { path: "/", scheme: "HTTP" });
}

const worldReadable = 0o644;

function defaultVolume(volume: Fields): void {
  if (Object.keys(volume).every((key) => key === "name")) volume.emptyDir = {};
  for (const source of ["secret", "configMap", "downwardAPI", "projected"]) {
    const map = mapAt(volume, source);
    if (map) missing(map, { defaultMode: worldReadable });
  }
  const hostPath = mapAt(volume, "hostPath");
  if (hostPath) missing(hostPath, { type: "" });
  defaultDownwardItems(mapAt(volume, "downwardAPI"));
  for (const source of listAt(mapAt(volume, "projected"), "sources")) {
    defaultDownwardItems(mapAt(source, "downwardAPI"));
    const token = mapAt(source, "serviceAccountToken");
    if (token) missing(token, { expirationSeconds: 3600 });
  }
  const claim = mapAt(mapAt(mapAt(volume, "ephemeral"), "volumeClaimTemplate"), "spec");
  if (claim) missing(claim, { volumeMode: "Filesystem" });
}

function defaultDownwardItems(source: Fields | undefined): void {
  for (const item of listAt(source, "items")) {
    const fieldRef = mapAt(item, "fieldRef");
    if (fieldRef) missing(fieldRef, { apiVersion: "v1" });
  }
}
