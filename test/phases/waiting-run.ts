import { SlipwayError } from "../../src/base/errors.ts";
import type { KubeClient } from "../../src/kube/client.ts";
import type { ClusterContext } from "../../src/phases/cluster/cluster-context.ts";
import { NodeLooks } from "../../src/phases/cluster/node-looks.ts";
import type { NodeWish } from "../../src/phases/cluster/node-wish.ts";
import { StartedKubelets } from "../../src/phases/cluster/started-kubelets.ts";
import type { Target } from "../../src/phases/engine/phase.ts";
import { initWith } from "../kubeadm-sample.ts";

export const gone = new SlipwayError({
  code: "HOST_UNREACHABLE",
  exit: "connection",
  message: "the host does not answer",
});

/** A host in a run, by what it answers; nothing unless given. */
export function targetOf(name: string, answers: Partial<Target["host"]>): Target {
  return {
    host: { name, ...answers } as Target["host"],
    facts: { bootId: "b" } as Target["facts"],
    mode: "apply",
    signal: new AbortController().signal,
    report: () => {},
    fleet: async () => [],
  };
}

/** A run that works through cp1 with this client; these hosts take part besides. */
export function contextOf(client: Partial<KubeClient>, ...targets: readonly Target[]): ClusterContext {
  const hosts = new Map(targets.map(({ host }) => [host.name, host]));
  const wish = (host: string): NodeWish => ({
    host,
    role: host === "cp1" ? "control-plane" : "worker",
    input: initWith({}, { nodeRegistration: { name: host } }),
    labels: {},
    annotations: {},
  });
  const means: Partial<ClusterContext> = {
    nodes: new Map([...hosts.keys()].map((name) => [name, wish(name)])),
    firstControlPlane: "cp1",
    network: { provider: "slipway", backend: "vxlan" },
    hostNamed: async (name) => hosts.get(name) ?? Promise.reject(new Error(`no host ${name}`)),
    api: { ready: async () => {}, client: async () => client } as unknown as ClusterContext["api"],
    looks: new NodeLooks(),
    startedKubelets: new StartedKubelets(),
  };
  return means as ClusterContext;
}
