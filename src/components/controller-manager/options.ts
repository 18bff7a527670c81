import { componentFlags } from "../../kube/program/component-flags.ts";
import type { FlagTable, FlagValues } from "../../kube/program/flags.ts";

/** The flags of kube-controller-manager(8) that this one has, with upstream's defaults. */
export const controllerManagerFlags = {
  ...componentFlags,
  "secure-port": { kind: "number", default: "10257" },
  controllers: { kind: "strings", default: "*" },
  "allocate-node-cidrs": { kind: "boolean", default: "false" },
  "cidr-allocator-type": { kind: "string", default: "RangeAllocator" },
  "cluster-cidr": { kind: "string", default: "" },
  "cluster-name": { kind: "string", default: "kubernetes" },
  "cluster-signing-cert-file": { kind: "string", default: "" },
  "cluster-signing-key-file": { kind: "string", default: "" },
  "cluster-signing-duration": { kind: "duration", default: "8760h" },
  "configure-cloud-routes": { kind: "boolean", default: "true" },
  "node-cidr-mask-size": { kind: "number", default: "0" },
  "node-cidr-mask-size-ipv4": { kind: "number", default: "0" },
  "node-cidr-mask-size-ipv6": { kind: "number", default: "0" },
  "node-eviction-rate": { kind: "number", default: "0.1" },
  "secondary-node-eviction-rate": { kind: "number", default: "0.01" },
  "large-cluster-size-threshold": { kind: "number", default: "50" },
  "unhealthy-zone-threshold": { kind: "number", default: "0.55" },
  "node-monitor-grace-period": { kind: "duration", default: "50s" },
  "node-monitor-period": { kind: "duration", default: "5s" },
  "node-startup-grace-period": { kind: "duration", default: "60s" },
  "root-ca-file": { kind: "string", default: "" },
  "service-account-private-key-file": { kind: "string", default: "" },
  "service-cluster-ip-range": { kind: "string", default: "" },
  "terminated-pod-gc-threshold": { kind: "number", default: "12500" },
  "use-service-account-credentials": { kind: "boolean", default: "false" },
  "concurrent-deployment-syncs": { kind: "number", default: "5" },
  "concurrent-replicaset-syncs": { kind: "number", default: "5" },
  "concurrent-gc-syncs": { kind: "number", default: "20" },
  "concurrent-namespace-syncs": { kind: "number", default: "10" },
  "namespace-sync-period": { kind: "duration", default: "5m0s" },
} as const satisfies FlagTable;
export type Options = FlagValues<typeof controllerManagerFlags>;
