import type { FlagTable, FlagValues } from "./flags.ts";
import type { Log } from "./log.ts";

/** The flags that kube-controller-manager and kube-scheduler share. */
export const componentFlags = {
  kubeconfig: { kind: "string", default: "" },
  master: { kind: "string", default: "" },
  "authentication-kubeconfig": { kind: "string", default: "" },
  "authorization-kubeconfig": { kind: "string", default: "" },
  "authentication-skip-lookup": { kind: "boolean", default: "false" },
  "authentication-tolerate-lookup-failure": { kind: "boolean", default: "true" },
  "authorization-always-allow-paths": { kind: "strings", default: "/healthz,/readyz,/livez" },
  "bind-address": { kind: "string", default: "0.0.0.0" },
  "cert-dir": { kind: "string", default: "" },
  "tls-cert-file": { kind: "string", default: "" },
  "tls-private-key-file": { kind: "string", default: "" },
  "tls-min-version": { kind: "string", default: "" },
  "tls-cipher-suites": { kind: "strings", default: "" },
  "client-ca-file": { kind: "string", default: "" },
  "requestheader-client-ca-file": { kind: "string", default: "" },
  "requestheader-allowed-names": { kind: "strings", default: "" },
  "requestheader-username-headers": { kind: "strings", default: "x-remote-user" },
  "requestheader-group-headers": { kind: "strings", default: "x-remote-group" },
  "requestheader-extra-headers-prefix": { kind: "strings", default: "x-remote-extra-" },
  "leader-elect": { kind: "boolean", default: "true" },
  "leader-elect-lease-duration": { kind: "duration", default: "15s" },
  "leader-elect-renew-deadline": { kind: "duration", default: "10s" },
  "leader-elect-retry-period": { kind: "duration", default: "2s" },
  "leader-elect-resource-lock": { kind: "string", default: "leases" },
  "leader-elect-resource-name": { kind: "string", default: "" },
  "leader-elect-resource-namespace": { kind: "string", default: "kube-system" },
  "kube-api-qps": { kind: "number", default: "50" },
  "kube-api-burst": { kind: "number", default: "100" },
  profiling: { kind: "boolean", default: "true" },
  "feature-gates": { kind: "strings", default: "" },
  v: { kind: "number", default: "0" },
} as const satisfies FlagTable;
export type ComponentFlags = FlagValues<typeof componentFlags>;

export type Component = {
  readonly name: string;
  readonly port: number;
  readonly log: Log;
};
