import type { Container } from "../../api/container.ts";
import { containerHash } from "../../cri/container-hash.ts";
import type { ContainerRecord } from "../../cri/pod-runtime.ts";

export type KillReason = "startupProbe" | "livenessProbe" | "specChanged" | "unknownState" | "podKilled";
export type ContainerKill = {
  readonly container: ContainerRecord;
  readonly message: string;
  readonly reason: KillReason;
};

/** What probes have found out about containers, by container id. */
export type ProbeVerdicts = {
  /** Failed its liveness probe often enough. */
  livenessFailed(id: string): boolean;
  startupFailed(id: string): boolean;
  /** Its startup probe succeeded, or it has none. */
  started(id: string): boolean;
};

/** Why a running container must go, if it must. */
export function killVerdict(
  container: Container,
  record: ContainerRecord,
  verdicts: ProbeVerdicts,
): ContainerKill | undefined {
  const name = container.name;
  if (record.memory.hash !== containerHash(container))
    return { container: record, message: `Container ${name} definition changed`, reason: "specChanged" };
  if (verdicts.livenessFailed(record.id))
    return { container: record, message: `Container ${name} failed liveness probe`, reason: "livenessProbe" };
  if (verdicts.startupFailed(record.id))
    return { container: record, message: `Container ${name} failed startup probe`, reason: "startupProbe" };
  return undefined;
}

export function unknownKill(record: ContainerRecord): ContainerKill {
  return {
    container: record,
    message: `Container ${record.name} is in unknown state, try killing it before restart`,
    reason: "unknownState",
  };
}
