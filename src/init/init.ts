import { randomBytes } from "node:crypto";
import { once } from "../base/once.ts";
import { newCertificateKey } from "../certs/shared/certificate-key.ts";
import type { Document } from "../config/document.ts";
import { requireValid } from "../config/issue.ts";
import { initOf } from "../config/kubeadm/load/load-init.ts";
import { controlPlaneInput } from "../config/kubeadm/values/control-plane-node.ts";
import type { Host } from "../hosts/host.ts";
import { clusterServerUrl } from "../kubeconfig/server-url.ts";
import { bootstrapToken } from "../phases/bootstrap-token.ts";
import type { ClusterContext, NetworkWish } from "../phases/cluster/cluster-context.ts";
import { hostContext } from "../phases/cluster/host-context.ts";
import { hostDefaults } from "../phases/cluster/host-defaults.ts";
import type { Mode } from "../phases/engine/phase.ts";
import type { RunSummary } from "../phases/engine/run/run-summary.ts";
import { runWorkflow } from "../phases/engine/run/run-workflow.ts";
import type { WorkflowRun } from "../phases/engine/run/workflow-run.ts";
import { showJoinCommand } from "../phases/show-join-command.ts";
import { uploadCerts } from "../phases/upload-certs.ts";
import type { Distribution } from "../runtime/distribution.ts";
import { caPin } from "../tokens/ca-pin.ts";
import { joinCommand } from "../tokens/join-command.ts";
import { parseCertificates } from "../x509/certificate.ts";
import { initWorkflow } from "./phases.ts";

type RunParts = Pick<WorkflowRun<ClusterContext>, "report" | "signal" | "now" | "lock" | "skipPhases" | "onlyPhases">;

export type InitOptions = RunParts & {
  readonly host: Host;
  /** InitConfiguration, ClusterConfiguration and component configurations, of a file or of flags. */
  readonly documents: readonly Document[];
  readonly network: NetworkWish;
  readonly mode: Mode;
  /** What hosts run, of a version of Kubernetes: that of the cluster. */
  readonly distribution: (kubernetesVersion: string) => Promise<Distribution>;
  /** Names of preflight checks whose errors count as warnings, or `all`. */
  readonly ignoredPreflightErrors?: readonly string[];
  /** Share the certificates with further control planes, sealed with the configuration's key or a new one. */
  readonly hasUploadedCerts?: boolean;
};

export type InitOutcome = {
  readonly summary: RunSummary;
  /** One command per bootstrap token that the run made, to paste on workers; none while planning or after a failure. */
  readonly joinCommands: readonly string[];
  /** What opens the shared certificates, where they were uploaded. */
  readonly certificateKey?: string | undefined;
};

/** Makes a host the first control plane of a new cluster, or makes good what is missing of it. */
export async function initCluster({
  host,
  documents,
  distribution,
  network,
  hasUploadedCerts = false,
  ignoredPreflightErrors = [],
  ...run
}: InitOptions): Promise<InitOutcome> {
  const facts = await host.facts();
  const defaults = hostDefaults(facts);
  const input = requireValid(initOf(documents, defaults), "the configuration for init");
  const certificateKey = hasUploadedCerts ? input.init.certificateKey || newCertificateKey(randomBytes) : undefined;
  const context = hostContext({
    host,
    input,
    role: "control-plane",
    distribution: once(() => distribution(input.cluster.kubernetesVersion)),
    ignoredPreflightErrors,
    now: run.now,
    network,
    certificateKey,
  });
  try {
    const hosts = [{ name: host.name, connect: async () => host }];
    const summary = await runWorkflow({ ...run, context, phases: initWorkflow, hosts });
    const isDone = run.mode === "apply" && summary.errors.length === 0 && !summary.isInterrupted;
    const has = ({ id }: { id: string }) =>
      isDone && summary.hosts.some(({ phases }) => phases.some((one) => one.phase === id));
    // a random token that nobody told the cluster opens nothing
    const hasTokens = has(bootstrapToken) || documents.some(namesTokens);
    return {
      summary,
      joinCommands: has(showJoinCommand) && hasTokens ? await joinCommands(context, host) : [],
      certificateKey: has(uploadCerts) ? certificateKey : undefined,
    };
  } finally {
    await context.close();
  }
}

function namesTokens({ kind, body }: Document): boolean {
  const { bootstrapTokens } = body as { bootstrapTokens?: { token?: string }[] };
  return kind === "InitConfiguration" && (bootstrapTokens ?? []).some(({ token }) => token);
}

/** What a worker is told: where, with which token, and by which hash it knows the cluster's authority. */
async function joinCommands({ nodes, materials, bootstrapTokens }: ClusterContext, host: Host): Promise<string[]> {
  const input = nodes.get(host.name)?.input;
  if (!input) return [];
  const ca = await materials.file(host, input, `${input.cluster.certificatesDir}/ca.crt`);
  const [authority] = parseCertificates(ca) ?? [];
  if (!authority) return [];
  const endpoint = clusterServerUrl(controlPlaneInput(input)).replace("https://", "");
  return bootstrapTokens.map(({ token }) => joinCommand({ endpoint, token, pins: [caPin(authority)] }));
}
