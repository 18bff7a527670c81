import type { Host } from "../hosts/host.ts";
import type { Phase } from "../phases/engine/phase.ts";
import type { RunSummary } from "../phases/engine/run/run-summary.ts";
import { runWorkflow } from "../phases/engine/run/run-workflow.ts";
import { selectedPhases } from "../phases/engine/run/select-phases.ts";
import type { HostSource, WorkflowRun } from "../phases/engine/run/workflow-run.ts";
import { stateDirectory } from "../phases/engine/state-directory.ts";
import { removeEtcdMember } from "../phases/reset/remove-etcd-member.ts";
import { removeNetwork } from "../phases/reset/remove-network.ts";
import { removePods } from "../phases/reset/remove-pods.ts";
import { removeState } from "../phases/reset/remove-state.ts";
import { stopKubelet } from "../phases/reset/stop-kubelet.ts";
import { undoJournal } from "../phases/reset/undo-journal.ts";

/** What takes a cluster off a host again, in kubeadm's order and beyond it. */
export const resetPhases: readonly Phase<unknown>[] = [
  removeEtcdMember,
  stopKubelet,
  removePods,
  removeState,
  removeNetwork,
  undoJournal,
];

export type ResetOptions = Omit<WorkflowRun<unknown>, "phases" | "context" | "hosts"> & {
  readonly hosts: readonly HostSource[];
};

/** Resets hosts side by side; a plan shows what would go. At last each host whose journal was undone forgets it. */
export async function resetHosts({ hosts, ...run }: ResetOptions): Promise<RunSummary> {
  const summary = await runWorkflow({ ...run, hosts, phases: resetPhases, context: undefined });
  // by it a later reset knows what is left to undo
  if (run.mode === "apply" && selectedPhases(resetPhases, run).has(undoJournal.id)) {
    const clean = new Set(summary.hosts.filter(({ outcome }) => outcome === "done").map(({ host }) => host));
    await Promise.all(hosts.filter(({ name }) => clean.has(name)).map(async ({ connect }) => forget(await connect())));
  }
  return summary;
}

async function forget(host: Host): Promise<void> {
  await host.batch([{ kind: "remove", path: stateDirectory, recursive: true }]);
}
