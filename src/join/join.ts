import { parseDuration } from "../base/duration.ts";
import { once } from "../base/once.ts";
import type { Document } from "../config/document.ts";
import { requireValid } from "../config/issue.ts";
import type { JoinConfiguration } from "../config/kubeadm/join-configuration.ts";
import { joinOf } from "../config/kubeadm/load/load-single.ts";
import type { Host } from "../hosts/host.ts";
import type { ClusterContext } from "../phases/cluster/cluster-context.ts";
import { hostContext } from "../phases/cluster/host-context.ts";
import { hostDefaults } from "../phases/cluster/host-defaults.ts";
import { controlPlaneJoinPhases } from "../phases/control-plane-join.ts";
import type { Mode } from "../phases/engine/phase.ts";
import type { RunSummary } from "../phases/engine/run/run-summary.ts";
import { runWorkflow } from "../phases/engine/run/run-workflow.ts";
import type { WorkflowRun } from "../phases/engine/run/workflow-run.ts";
import { hostPhases } from "../phases/host-phases.ts";
import { kubeletJoin } from "../phases/kubelet-join.ts";
import type { Distribution } from "../runtime/distribution.ts";
import { apiServerDate, requireSameClock } from "./clock-check.ts";
import { type DiscoveryOptions, discover, type ProvenCluster } from "./discovery.ts";
import { type Discovered, discoverFromFile } from "./discovery-file.ts";
import { joiningClient, joiningConfiguration } from "./joining-cluster.ts";
import { joiningControlPlane } from "./joining-control-plane.ts";

type RunParts = Pick<WorkflowRun<ClusterContext>, "report" | "signal" | "now" | "lock" | "skipPhases" | "onlyPhases">;

export type JoinOptions = RunParts & {
  readonly host: Host;
  /** A JoinConfiguration, of a file or of flags. */
  readonly documents: readonly Document[];
  readonly mode: Mode;
  /** What hosts run, of a version of Kubernetes: that of the cluster. */
  readonly distribution: (kubernetesVersion: string) => Promise<Distribution>;
  /** Names of preflight checks whose errors count as warnings, or `all`. */
  readonly ignoredPreflightErrors?: readonly string[];
};

/** The phases of `join`, in kubeadm's order; discovery comes before them. */
export const joinPhases = [...hostPhases, ...controlPlaneJoinPhases, kubeletJoin] as const;

/** Makes a host a worker or a further control plane of the cluster that the JoinConfiguration points at. */
export async function joinCluster({
  host,
  documents,
  distribution,
  ignoredPreflightErrors = [],
  ...run
}: JoinOptions): Promise<RunSummary> {
  const facts = await host.facts();
  const defaults = hostDefaults(facts);
  const join = requireValid(joinOf(documents, defaults), "the configuration for join");
  const isClockIgnored = ignoredPreflightErrors.some((name) => /^(all|ClockSkew)$/i.test(name));
  const now = isClockIgnored ? undefined : run.now;
  const { trust, credentials, confirm } = await discovered(join, { host, signal: run.signal, now });
  // both over TLS with the authority that was found: one does not wait for the other
  const [input] = await Promise.all([joiningConfiguration(trust, { join, host, defaults, credentials }), confirm()]);
  const { controlPlane } = join;
  const joining = controlPlane && {
    ...{ host, trust, cluster: input.cluster, certificateKey: controlPlane.certificateKey },
    client: () => joiningClient(trust, host, credentials),
  };
  const context = hostContext({
    host,
    input,
    role: joining ? "control-plane" : "worker",
    distribution: once(() => distribution(input.cluster.kubernetesVersion)),
    ignoredPreflightErrors,
    now: run.now,
    joining: { trust: async () => trust, credentials: async () => credentials },
    joiningControlPlane: joining && joiningControlPlane(joining),
  });
  const hosts = [{ name: host.name, connect: async () => host }];
  return runWorkflow({ ...run, context, phases: joinPhases, hosts }).finally(() => context.close());
}

/** Where the cluster is and what opens it, from a token or from a file; one of both is there by validation. */
async function discovered(
  { discovery, timeouts }: JoinConfiguration,
  asking: Omit<DiscoveryOptions, "withinMs">,
): Promise<Discovered & Pick<ProvenCluster, "confirm">> {
  const { bootstrapToken, file, tlsBootstrapToken } = discovery;
  if (file) {
    const found = await discoverFromFile(file.kubeConfigPath, tlsBootstrapToken);
    const { host, signal, now } = asking;
    if (now) await requireSameClock(host, await apiServerDate(found.trust.server, host, signal), now());
    return { ...found, confirm: async () => {} };
  }
  if (!bootstrapToken) throw new Error("a JoinConfiguration without discovery was accepted");
  const withinMs = parseDuration(timeouts.discovery) ?? 300_000;
  const proven = await discover(bootstrapToken, { ...asking, withinMs });
  return { ...proven, credentials: { kind: "token", token: tlsBootstrapToken } };
}
