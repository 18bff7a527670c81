import type { NodeCondition } from "../../kube/kinds/node.ts";

/** What a node's conditions are judged by. */
export type NodeHealth = {
  readonly memoryPressure: boolean;
  readonly diskPressure: boolean;
  readonly pidPressure: boolean;
  /** Why the node is not ready; empty when it is. */
  readonly problems: readonly string[];
};

type Words = { readonly pressed: [string, string]; readonly fine: [string, string] };
const pressures = {
  MemoryPressure: {
    pressed: ["KubeletHasInsufficientMemory", "kubelet has insufficient memory available"],
    fine: ["KubeletHasSufficientMemory", "kubelet has sufficient memory available"],
  },
  DiskPressure: {
    pressed: ["KubeletHasDiskPressure", "kubelet has disk pressure"],
    fine: ["KubeletHasNoDiskPressure", "kubelet has no disk pressure"],
  },
  PIDPressure: {
    pressed: ["KubeletHasInsufficientPID", "kubelet has insufficient PID available"],
    fine: ["KubeletHasSufficientPID", "kubelet has sufficient PID available"],
  },
} as const satisfies Record<string, Words>;

/** The node's conditions (nodestatus/setters.go), with transition times kept from `previous` where nothing turned. */
export function nodeConditions(
  health: NodeHealth,
  previous: readonly NodeCondition[],
  now: string,
): readonly NodeCondition[] {
  const pressure = (type: keyof typeof pressures, isPressed: boolean) => {
    const [reason, message] = isPressed ? pressures[type].pressed : pressures[type].fine;
    return { type, status: isPressed ? ("True" as const) : ("False" as const), reason, message };
  };
  const ready =
    health.problems.length === 0
      ? { status: "True" as const, reason: "KubeletReady", message: "kubelet is posting ready status" }
      : { status: "False" as const, reason: "KubeletNotReady", message: notReadyMessage(health.problems) };
  return [
    pressure("MemoryPressure", health.memoryPressure),
    pressure("DiskPressure", health.diskPressure),
    pressure("PIDPressure", health.pidPressure),
    { type: "Ready", ...ready },
  ].map((condition) => {
    const before = previous.find(({ type }) => type === condition.type);
    const turned = before?.status !== condition.status;
    return {
      ...condition,
      lastHeartbeatTime: now,
      lastTransitionTime: turned ? now : (before?.lastTransitionTime ?? now),
    };
  });
}

function notReadyMessage(problems: readonly string[]): string {
  return problems.length === 1 ? (problems[0] ?? "") : `[${problems.join(", ")}]`;
}
