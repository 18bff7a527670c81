import { parseDuration } from "../../base/duration.ts";

export type Probes = {
  readonly livenessProbe: Probe;
  readonly readinessProbe?: Probe;
  readonly startupProbe: Probe;
};
type Probe = {
  readonly failureThreshold: number;
  readonly httpGet: {
    readonly host?: string;
    readonly path: string;
    readonly port: "probe-port";
    readonly scheme: string;
  };
  readonly initialDelaySeconds?: number;
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
};

/** Where a component answers about its health. An empty host means the pod's own address. */
export type ProbeTarget = {
  readonly scheme: "HTTP" | "HTTPS";
  readonly host: string;
  readonly liveness: string;
  /** Absent for a component that has no such endpoint. */
  readonly readiness?: string;
  readonly startup: string;
};

/** How long a component may take to start before the kubelet restarts it: in Go's notation, 4m0s by default. */
export function probes({ scheme, host, liveness, readiness, startup }: ProbeTarget, startupTimeout: string): Probes {
  const get = (path: string) => ({ ...(host ? { host } : {}), path, port: "probe-port" as const, scheme });
  const periodSeconds = 10;
  const startupSeconds = (parseDuration(startupTimeout) ?? 0) / 1000;
  const slow = { initialDelaySeconds: 10, periodSeconds, timeoutSeconds: 15 };
  return {
    livenessProbe: { failureThreshold: 8, httpGet: get(liveness), ...slow },
    ...(readiness === undefined
      ? {}
      : { readinessProbe: { failureThreshold: 3, httpGet: get(readiness), periodSeconds: 1, timeoutSeconds: 15 } }),
    startupProbe: { failureThreshold: Math.ceil(startupSeconds / periodSeconds), httpGet: get(startup), ...slow },
  };
}

/** The host to probe for a `bind-address`: none for a wildcard, because the pod's address then answers too. */
export function probeHost(bindAddress: string): string {
  return bindAddress === "0.0.0.0" || bindAddress === "::" ? "" : bindAddress;
}
