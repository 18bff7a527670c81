import { randomBytes } from "node:crypto";
import { keyPool } from "../../certs/key-pair.ts";
import type { InitInput } from "../../config/kubeadm/load/init-input.ts";
import { keyAlgorithm } from "../../config/kubeadm/values/key-algorithm.ts";
import type { Host } from "../../hosts/host.ts";
import type { Distribution } from "../../runtime/distribution.ts";
import { defaultRuntimeWish } from "../../runtime/runtime-wish.ts";
import type { ClusterContext, NetworkWish } from "./cluster-context.ts";
import { clusterMeans, type MeansInput } from "./cluster-means.ts";
import type { JoinSource } from "./join-source.ts";
import type { NodeWish } from "./node-wish.ts";

export type HostContextInput = {
  readonly host: Host;
  readonly input: InitInput;
  readonly role: NodeWish["role"];
  readonly distribution: () => Promise<Distribution>;
  readonly now: () => Date;
  readonly network?: NetworkWish;
  /** Seals the certificates that are shared with further control planes. */
  readonly certificateKey?: string | undefined;
  /** Where a worker learns of its cluster; a control plane is its own source. */
  readonly joining?: JoinSource;
  /** Of a control plane that joins others: where they are, and what they share. */
  readonly joiningControlPlane?: Required<Pick<MeansInput, "shared" | "address">> | undefined;
  /** Names of preflight checks whose errors count as warnings, or `all`. */
  readonly ignoredPreflightErrors?: readonly string[];
};

/** What phases carry when one host is worked on by itself: `init` and `join`. */
export function hostContext({
  host,
  input,
  role,
  distribution,
  now,
  network,
  joining,
  joiningControlPlane,
  certificateKey,
  ignoredPreflightErrors = [],
}: HostContextInput): ClusterContext {
  const node: NodeWish = { host: host.name, role, input, labels: {}, annotations: {} };
  const making = () => ({ now: now(), random: randomBytes, newKeyPair: keyPool(keyAlgorithm(input.cluster), 0) });
  const means = clusterMeans({ making, first: async () => ({ host, node }), ...joiningControlPlane });
  return {
    nodes: new Map([[host.name, node]]),
    firstControlPlane: role === "control-plane" && !joiningControlPlane ? host.name : "",
    network: network ?? { provider: "slipway", backend: "vxlan" },
    distribution,
    runtime: defaultRuntimeWish,
    ignoredPreflightErrors,
    hostNamed: async () => host,
    ...means,
    joining: joining ?? means.joining,
    isPruning: false,
    certificateKey,
    bootstrapTokens: role === "control-plane" && !joiningControlPlane ? input.init.bootstrapTokens : [],
  };
}
