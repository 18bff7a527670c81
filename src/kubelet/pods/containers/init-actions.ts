import type { Container } from "../../api/container.ts";
import type { Pod } from "../../api/pod.ts";
import { isRestartableInit, restartPolicyOf } from "../../api/pod.ts";
import type { ContainerRecord, PodRuntime } from "../../cri/pod-runtime.ts";
import type { ContainerKill, ProbeVerdicts } from "./container-kill.ts";
import { killVerdict, unknownKill } from "./container-kill.ts";

export type InitActions = {
  /** `initialized`: the containers may start; `failed`: the pod has failed for good. */
  readonly outcome: "pending" | "initialized" | "failed";
  readonly kills: readonly ContainerKill[];
  readonly starts: readonly Container[];
};

type Context = { readonly verdicts: ProbeVerdicts; readonly sandboxId: string };

/** What init containers and sidecars need, in their order (computeInitContainerActions, KEP-753). */
export function initActions(pod: Pod, runtime: PodRuntime, { verdicts, sandboxId }: Context): InitActions {
  const inits = pod.spec.initContainers ?? [];
  const here = runtime.containers.filter((container) => container.sandboxId === sandboxId);
  const recordOf = (container: Container) => here.find(({ name }) => name === container.name);
  const wasInitialized = pod.spec.containers.some((container) => recordOf(container) !== undefined);
  const kills: ContainerKill[] = [];
  const starts: Container[] = [];
  for (const [index, container] of inits.entries()) {
    const passedBefore = wasInitialized || inits.slice(index + 1).some((later) => recordOf(later) !== undefined);
    const record = recordOf(container);
    const step = isRestartableInit(container)
      ? sidecarStep(container, record, verdicts)
      : passedBefore
        ? done
        : initStep(pod, record);
    if (step.kill) kills.push(step.kill);
    if (step.start) starts.push(container);
    if (step.outcome === "failed") return { outcome: "failed", kills, starts: [] };
    if (step.outcome === "pending" && !passedBefore) return { outcome: "pending", kills, starts };
  }
  return { outcome: "initialized", kills, starts };
}

type Step = {
  readonly outcome: "done" | "pending" | "failed";
  readonly start?: boolean;
  readonly kill?: ContainerKill;
};
const done: Step = { outcome: "done" };

function initStep(pod: Pod, record: ContainerRecord | undefined): Step {
  if (!record) return { outcome: "pending", start: true };
  switch (record.state) {
    case "running":
      return { outcome: "pending" };
    case "created":
      return { outcome: "pending", start: true };
    case "unknown":
      return restartPolicyOf(pod) === "Never"
        ? { outcome: "failed" }
        : { outcome: "pending", start: true, kill: unknownKill(record) };
    case "exited":
      if (record.exitCode === 0) return done;
      return restartPolicyOf(pod) === "Never" ? { outcome: "failed" } : { outcome: "pending", start: true };
    default:
      return record.state satisfies never;
  }
}

function sidecarStep(container: Container, record: ContainerRecord | undefined, verdicts: ProbeVerdicts): Step {
  if (!record || record.state === "exited" || record.state === "created") return { outcome: "pending", start: true };
  if (record.state === "unknown") return { outcome: "pending", start: true, kill: unknownKill(record) };
  const kill = killVerdict(container, record, verdicts);
  if (kill) return { outcome: "pending", start: true, kill };
  return verdicts.started(record.id) ? done : { outcome: "pending" };
}
