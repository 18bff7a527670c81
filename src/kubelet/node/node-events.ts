import type { PodEvent } from "../events/pod-events.ts";
import type { ReportedNodeStatus } from "./node-status.ts";

type Status = Partial<ReportedNodeStatus> | undefined;

/** What each condition is called in events when it is, and is not, so. */
const reasons: Readonly<Record<string, readonly [whenTrue: string, whenFalse: string]>> = {
  MemoryPressure: ["NodeHasInsufficientMemory", "NodeHasSufficientMemory"],
  DiskPressure: ["NodeHasDiskPressure", "NodeHasNoDiskPressure"],
  PIDPressure: ["NodeHasInsufficientPID", "NodeHasSufficientPID"],
  Ready: ["NodeReady", "NodeNotReady"],
};

/** The events about a node whose status turned from one to the other: conditions, and a reboot (nodestatus/setters.go). */
export function nodeEvents(name: string, before: Status, after: Status): readonly PodEvent[] {
  const turned = (after?.conditions ?? []).flatMap(({ type, status }): PodEvent[] => {
    const reason = reasons[type]?.[status === "True" ? 0 : 1];
    const wasSo = before?.conditions?.some((one) => one.type === type && one.status === status) ?? false;
    return reason === undefined || wasSo
      ? []
      : [{ type: "Normal", reason, message: `Node ${name} status is now: ${reason}` }];
  });
  return [...rebooted(name, before?.nodeInfo?.bootID, after?.nodeInfo?.bootID), ...turned];
}

function rebooted(name: string, before: string | undefined, after: string | undefined): PodEvent[] {
  if (!before || !after || before === after) return [];
  return [{ type: "Warning", reason: "Rebooted", message: `Node ${name} has been rebooted, boot id: ${after}` }];
}
