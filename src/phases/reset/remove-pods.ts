import { messageOf } from "../../base/errors.ts";
import { isHostLost } from "../../hosts/lost-host.ts";
import type { CriClient } from "../../kube/cri/client.ts";
import type { ClusterChange, Phase, Target } from "../engine/phase.ts";
import { withCri } from "../runtime/with-cri.ts";

/**
 * Stops and removes every pod sandbox of the runtime, through the runtime itself, which takes their network down as well
 * (app/cmd/phases/reset/cleanupnode.go). What it can't remove is told, and the rest of the reset goes on.
 */
export const removePods: Phase<unknown> = {
  id: "remove-pods",
  title: "Remove the pods",
  dependsOn: ["stop-kubelet"],
  appliesTo: () => true,
  cluster: async (_, target, mode) => {
    const [socket] = target.facts.runtimeSockets;
    if (socket === undefined) return [];
    try {
      return await withCri(socket, target, (cri) => removeAll(cri, target, mode === "apply"));
    } catch (thrown) {
      target.signal.throwIfAborted();
      if (isHostLost(thrown)) throw thrown;
      // a runtime that is stopped, or that an earlier reset has removed
      target.report(`the runtime at ${socket} does not say which pods there are: ${messageOf(thrown)}`);
      return [];
    }
  },
};

async function removeAll(cri: CriClient, target: Target, isApplied: boolean): Promise<readonly ClusterChange[]> {
  const { items } = await cri.listPodSandbox({});
  const changes: ClusterChange[] = [];
  for (const { id, metadata } of items) {
    const object = `Pod/${metadata?.namespace}/${metadata?.name}`;
    if (isApplied && !(await isRemoved(cri, { id, object, target }))) continue;
    changes.push({ object, action: "delete" });
  }
  return changes;
}

const attempts = 5;

async function isRemoved(
  cri: CriClient,
  { id: podSandboxId, object, target }: { id: string; object: string; target: Target },
): Promise<boolean> {
  for (let attempt = 1; ; attempt++) {
    target.signal.throwIfAborted();
    try {
      await cri.stopPodSandbox({ podSandboxId });
      await cri.removePodSandbox({ podSandboxId });
      return true;
    } catch (thrown) {
      if (attempt < attempts) continue;
      target.report(`${object} could not be removed: ${messageOf(thrown)}`);
      return false;
    }
  }
}
