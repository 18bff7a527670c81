import { randomBytes } from "node:crypto";
import type { Document } from "../config/document.ts";
import { requireValid } from "../config/issue.ts";
import type { InitInput } from "../config/kubeadm/load/init-input.ts";
import { initOf } from "../config/kubeadm/load/load-init.ts";
import { controlPlaneInput } from "../config/kubeadm/values/control-plane-node.ts";
import type { Host } from "../hosts/host.ts";
import { patchPods } from "../manifests/patches/patched.ts";
import { renderTree } from "../manifests/render-tree.ts";
import { proxyEnvironment } from "../manifests/static-pod/environment.ts";
import { lookAtCredentials } from "../phases/cluster/found-credentials.ts";
import { hostDefaults } from "../phases/cluster/host-defaults.ts";
import { localPatches } from "../phases/cluster/local-patches.ts";
import type { Mode, Phase, Target } from "../phases/engine/phase.ts";
import type { Resource } from "../phases/engine/resource.ts";
import { directory } from "../phases/engine/resources/directory.ts";
import { file } from "../phases/engine/resources/file.ts";
import type { RunSummary } from "../phases/engine/run/run-summary.ts";
import { runWorkflow } from "../phases/engine/run/run-workflow.ts";
import type { WorkflowRun } from "../phases/engine/run/workflow-run.ts";
import { type OfflinePhase, partsOf } from "./offline/offline-phase.ts";

type RunParts = Pick<WorkflowRun<InitInput>, "report" | "signal" | "now" | "lock">;

export type PhaseOnHost = RunParts & {
  readonly host: Host;
  readonly documents: readonly Document[];
  readonly area: OfflinePhase;
  readonly part: string;
  readonly mode: Mode;
};

/** Writes what one phase of `init` writes on a host, by the engine: what stands there is checked and kept. */
export async function initPhaseOnHost({ host, documents, area, part, ...run }: PhaseOnHost): Promise<RunSummary> {
  const facts = await host.facts();
  const defaults = hostDefaults(facts);
  const config = requireValid(initOf(documents, defaults), "the configuration for init");
  const phase: Phase<InitInput> = {
    id: `${area}/${part}`,
    title: `Write what ${area} ${part} stands for`,
    readsHost: true,
    appliesTo: () => true,
    resources: (input, target) => treeResources(input, { area, part, now: run.now() }, target),
  };
  return runWorkflow({
    ...run,
    context: config,
    phases: [phase],
    hosts: [{ name: host.name, connect: async () => host }],
  });
}

async function treeResources(
  config: InitInput,
  { area, part, now }: { area: OfflinePhase; part: string; now: Date },
  { host, facts, report }: Target,
): Promise<readonly Resource[]> {
  const parts = partsOf(area, part, config.cluster);
  const { existing, caFolders } = await lookAtCredentials(host, controlPlaneInput(config));
  const { hostname, usesSystemdResolved } = facts;
  const patch = patchPods(await localPatches(config.init, report));
  const origin = { hostname, usesSystemdResolved, caFolders, proxyEnv: proxyEnvironment(facts.proxies) };
  const tree = await renderTree({ config, parts, existing, now, random: randomBytes, host: origin, patch });
  for (const text of tree.warnings) report(text);
  for (const name of tree.kept) report(`using the existing ${name}`);
  const isSecret = area === "certs" || area === "kubeconfig";
  const dataDir = parts.etcd ? config.cluster.etcd.local?.dataDir : undefined;
  return [
    ...(dataDir ? [directory(dataDir, { mode: 0o700 })] : []),
    ...tree.files.map(({ path, content, mode }) => file(path, { content, mode, secret: isSecret })),
  ];
}
