import type { Container } from "../../api/container.ts";
import type { Pod } from "../../api/pod.ts";
import { restartPolicyOf } from "../../api/pod.ts";
import type { ContainerRecord, PodRuntime } from "../../cri/pod-runtime.ts";
import { isAlive, newestContainer, newestSandbox } from "../../cri/pod-runtime.ts";
import type { ContainerKill, ProbeVerdicts } from "./container-kill.ts";
import { killVerdict, unknownKill } from "./container-kill.ts";
import { initActions } from "./init-actions.ts";
import { shouldRestart } from "./should-restart.ts";

/** What brings a pod's runtime state to its spec (computePodActions). */
export type PodActions = {
  /** Stop every container and the sandbox first. */
  readonly killPod: boolean;
  readonly createSandbox: boolean;
  readonly attempt: number;
  readonly sandboxId: string | undefined;
  readonly kills: readonly ContainerKill[];
  readonly starts: readonly Container[];
};

export function podActions(pod: Pod, runtime: PodRuntime, verdicts: ProbeVerdicts): PodActions {
  const sandbox = sandboxChange(pod, runtime);
  const actions = { ...sandbox, killPod: sandbox.createSandbox, kills: [], starts: [] };
  return sandbox.createSandbox ? withNewSandbox(pod, runtime, actions) : inSandbox(pod, runtime, verdicts, actions);
}

type SandboxChange = Pick<PodActions, "createSandbox" | "attempt" | "sandboxId">;

/** Whether the pod needs a new sandbox, and as which attempt (PodSandboxChanged). */
function sandboxChange(pod: Pod, runtime: PodRuntime): SandboxChange {
  const latest = newestSandbox(runtime);
  if (!latest) return { createSandbox: true, attempt: 0, sandboxId: undefined };
  const readyCount = runtime.sandboxes.filter(({ ready }) => ready).length;
  const lostNetwork = !pod.spec.hostNetwork && latest.ips.length === 0;
  const usable = readyCount === 1 && latest.ready && !lostNetwork;
  return usable
    ? { createSandbox: false, attempt: latest.attempt, sandboxId: latest.id }
    : { createSandbox: true, attempt: latest.attempt + 1, sandboxId: undefined };
}

function withNewSandbox(pod: Pod, runtime: PodRuntime, actions: PodActions): PodActions {
  const nothing = { ...actions, createSandbox: false };
  const policy = restartPolicyOf(pod);
  if (policy === "Never" && actions.attempt !== 0 && runtime.containers.length > 0) return nothing;
  const wanted = pod.spec.containers.filter(
    (container) => !(policy === "OnFailure" && succeeded(newestContainer(runtime, container.name))),
  );
  if (wanted.length === 0) return nothing;
  const [firstInit] = pod.spec.initContainers ?? [];
  return { ...actions, starts: firstInit ? [firstInit] : wanted };
}

function inSandbox(pod: Pod, runtime: PodRuntime, verdicts: ProbeVerdicts, actions: PodActions): PodActions {
  const ephemeral = (pod.spec.ephemeralContainers ?? []).filter(({ name }) => !newestContainer(runtime, name));
  const init = initActions(pod, runtime, { verdicts, sandboxId: actions.sandboxId ?? "" });
  const base = { ...actions, kills: init.kills, starts: [...ephemeral, ...init.starts] };
  if (init.outcome === "failed") return { ...actions, killPod: true };
  if (init.outcome === "pending") return base;
  const judged = pod.spec.containers.map((container) => judgeContainer(pod, container, runtime, verdicts));
  const kept = judged.filter(({ keep }) => keep).length;
  const starts = judged.flatMap(({ start }) => start ?? []);
  if (kept === 0 && starts.length === 0) return { ...actions, killPod: true };
  return {
    ...base,
    kills: [...base.kills, ...judged.flatMap(({ kill }) => kill ?? [])],
    starts: [...base.starts, ...starts],
  };
}

type Judgement = { readonly keep?: boolean; readonly start?: Container; readonly kill?: ContainerKill };

function judgeContainer(pod: Pod, container: Container, runtime: PodRuntime, verdicts: ProbeVerdicts): Judgement {
  const record = newestContainer(runtime, container.name);
  if (record?.state !== "running") {
    if (!shouldRestart(pod, record)) return {};
    const kill = record && isAlive(record) ? unknownKill(record) : undefined;
    return { start: container, ...(kill && { kill }) };
  }
  const kill = killVerdict(container, record, verdicts);
  if (!kill) return { keep: true };
  const restarts = kill.reason === "specChanged" || restartPolicyOf(pod) !== "Never";
  return restarts ? { start: container, kill: { ...kill, message: `${kill.message}, will be restarted` } } : { kill };
}

function succeeded(record: ContainerRecord | undefined): boolean {
  return record?.state === "exited" && record.exitCode === 0;
}
