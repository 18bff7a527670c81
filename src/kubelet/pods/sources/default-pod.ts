import type { Container } from "../../api/container.ts";
import type { Pod } from "../../api/pod.ts";
import type { Probe } from "../../api/probe.ts";
import type { Volume } from "../../api/volume.ts";

/** The defaults that the API server would have set on a pod (core/v1 defaults.go), for pods that never passed through one. */
export function defaultPod(pod: Pod): Pod {
  const spec = pod.spec;
  return {
    ...pod,
    spec: {
      ...spec,
      restartPolicy: spec.restartPolicy ?? "Always",
      dnsPolicy: spec.dnsPolicy ?? "ClusterFirst",
      terminationGracePeriodSeconds: spec.terminationGracePeriodSeconds ?? 30,
      enableServiceLinks: spec.enableServiceLinks ?? true,
      schedulerName: spec.schedulerName ?? "default-scheduler",
      securityContext: spec.securityContext ?? {},
      containers: spec.containers.map((container) => defaultContainer(container, spec.hostNetwork === true)),
      ...(spec.initContainers && {
        initContainers: spec.initContainers.map((container) => defaultContainer(container, spec.hostNetwork === true)),
      }),
      ...(spec.volumes && { volumes: spec.volumes.map(defaultVolume) }),
    },
  };
}

function defaultContainer(container: Container, hostNetwork: boolean): Container {
  const limits = container.resources?.limits;
  return {
    ...container,
    terminationMessagePath: container.terminationMessagePath ?? "/dev/termination-log",
    terminationMessagePolicy: container.terminationMessagePolicy ?? "File",
    imagePullPolicy: container.imagePullPolicy ?? defaultPullPolicy(container.image),
    resources: limits
      ? { ...container.resources, requests: { ...limits, ...container.resources?.requests } }
      : (container.resources ?? {}),
    ...(container.ports && {
      ports: container.ports.map((port) => ({
        ...port,
        protocol: port.protocol ?? "TCP",
        ...(hostNetwork && { hostPort: port.hostPort ?? port.containerPort }),
      })),
    }),
    ...(container.livenessProbe && { livenessProbe: defaultProbe(container.livenessProbe) }),
    ...(container.readinessProbe && { readinessProbe: defaultProbe(container.readinessProbe) }),
    ...(container.startupProbe && { startupProbe: defaultProbe(container.startupProbe) }),
  };
}

function defaultProbe(probe: Probe): Probe {
  return {
    ...probe,
    timeoutSeconds: probe.timeoutSeconds || 1,
    periodSeconds: probe.periodSeconds || 10,
    successThreshold: probe.successThreshold || 1,
    failureThreshold: probe.failureThreshold || 3,
    ...(probe.httpGet && {
      httpGet: { ...probe.httpGet, path: probe.httpGet.path || "/", scheme: probe.httpGet.scheme || "HTTP" },
    }),
  };
}

/** `:latest` or no tag pulls always. */
function defaultPullPolicy(image: string): "Always" | "IfNotPresent" {
  if (image.includes("@")) return "IfNotPresent";
  const tag = /:([^/:]+)$/.exec(image)?.[1] ?? "latest";
  return tag === "latest" ? "Always" : "IfNotPresent";
}

function defaultVolume(volume: Volume): Volume {
  if (volume.hostPath) return { ...volume, hostPath: { ...volume.hostPath, type: volume.hostPath.type ?? "" } };
  const sources = ["configMap", "secret", "projected", "downwardAPI"] as const;
  const source = sources.find((name) => volume[name] !== undefined);
  if (source) return { ...volume, [source]: { defaultMode: 0o644, ...volume[source] } };
  return Object.keys(volume).length === 1 ? { ...volume, emptyDir: {} } : volume;
}
