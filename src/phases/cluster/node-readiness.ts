import { conditionOf } from "../../kube/conditions.ts";
import type { Node } from "../../kube/kinds/node.ts";

/** Since when what is said of a Node counts. */
export type Since = {
  /** The host's kernel/random/boot_id; what was said under another one is of an earlier boot. */
  readonly bootId: string;
  /** Of the kubelet, by the host's own clock, by which it also dates what it says. */
  readonly kubeletStart?: Date | undefined;
};

export type Readiness = {
  readonly isReady: boolean;
  readonly because: string;
  /** The kubelet itself says why; the node controller makes the condition Unknown when it is silent. */
  readonly isSaid: boolean;
};

/** Whether a Node is Ready by the word of the kubelet that runs now: the API keeps that of the one before until it hears anew. */
export function nodeReadiness(node: Node | undefined, { bootId, kubeletStart }: Since): Readiness {
  const { status, message, lastHeartbeatTime } = conditionOf(node?.status?.conditions, "Ready") ?? {};
  const unsaid = (because: string): Readiness => ({ isReady: false, because, isSaid: false });
  const reported = node?.status?.nodeInfo?.bootID;
  if (status === undefined) return unsaid("its kubelet has not said yet whether it is");
  if (reported !== undefined && reported !== bootId) {
    return unsaid("its kubelet has said nothing since the host was booted");
  }
  if (kubeletStart && Date.parse(lastHeartbeatTime ?? "") < kubeletStart.getTime()) {
    return unsaid("its kubelet has said nothing since it was started");
  }
  return { isReady: status === "True", because: message ?? "", isSaid: status === "False" };
}
