import type { CriClient } from "../../kube/cri/client.ts";
import { GrpcError } from "../../kube/grpc/status.ts";
import { unlessGone } from "./unless-gone.ts";

/** Removes an ended container from the runtime; one that is gone already counts as removed. */
export type ContainerRemover = (containerId: string) => Promise<void>;

/**
 * A start that is cut off together with its caller can leave a task that containerd's CRI no longer knows of: it calls the
 * container exited, stops nothing, and refuses to remove it until the next restart of containerd ("cannot delete running
 * task"). `endTask` ends such a task, and rejects for a runtime that can't have one.
 */
export function containerRemover(
  cri: Pick<CriClient, "removeContainer">,
  endTask: (containerId: string) => Promise<void>,
): ContainerRemover {
  return async (containerId) => {
    const remove = () => unlessGone(cri.removeContainer({ containerId }));
    try {
      await remove();
    } catch (refused) {
      if (!(refused instanceof GrpcError) || refused.status !== "FAILED_PRECONDITION") throw refused;
      await endTask(containerId).catch(() => {
        throw refused;
      });
      await remove();
    }
  };
}
