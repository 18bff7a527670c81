import { randomBytes } from "node:crypto";
import { Semaphore } from "../../base/semaphore.ts";
import { keyPool } from "../../certs/key-pair.ts";
import type { InitInput } from "../../config/kubeadm/load/init-input.ts";
import { keyAlgorithm } from "../../config/kubeadm/values/key-algorithm.ts";
import type { Host } from "../../hosts/host.ts";
import type { Distribution } from "../../runtime/distribution.ts";
import { defaultRuntimeWish } from "../../runtime/runtime-wish.ts";
import { ClusterApi } from "./cluster-api.ts";
import type { ClusterContext, NetworkWish } from "./cluster-context.ts";
import { HostMaterials } from "./host-materials.ts";
import { type JoinSource, ownCluster } from "./join-source.ts";
import { JoinTokens } from "./join-tokens.ts";
import type { NodeWish } from "./node-wish.ts";

export type HostContextInput = {
  readonly host: Host;
  readonly input: InitInput;
  readonly role: NodeWish["role"];
  readonly distribution: Distribution;
  readonly now: () => Date;
  readonly network?: NetworkWish;
  /** Seals the certificates that are shared with further control planes. */
  readonly certificateKey?: string | undefined;
  /** Where a worker learns of its cluster; a control plane is its own source. */
  readonly joining?: JoinSource;
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
  certificateKey,
}: HostContextInput): ClusterContext {
  const node: NodeWish = { host: host.name, role, input, labels: {}, annotations: {} };
  const making = () => ({ now: now(), random: randomBytes, newKeyPair: keyPool(keyAlgorithm(input.cluster), 0) });
  const materials = new HostMaterials(making);
  const api = new ClusterApi(materials);
  const own = ownCluster({ first: async () => ({ host, node }), materials, api, tokens: new JoinTokens(making) });
  return {
    nodes: new Map([[host.name, node]]),
    firstControlPlane: role === "control-plane" ? host.name : "",
    network: network ?? { provider: "slipway", backend: "vxlan" },
    distribution,
    runtime: defaultRuntimeWish,
    restarts: new Semaphore(1),
    hostNamed: async () => host,
    making,
    materials,
    api,
    joining: joining ?? own,
    isPruning: false,
    certificateKey,
    bootstrapTokens: role === "control-plane" ? input.init.bootstrapTokens : [],
  };
}
