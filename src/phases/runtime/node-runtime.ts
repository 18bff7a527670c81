import { socketPath } from "../../kube/cri/client.ts";
import { installFor } from "../../runtime/cri-socket.ts";
import type { RuntimeInstall } from "../../runtime/runtime-wish.ts";
import { type ClusterContext, nodeOf } from "../cluster/cluster-context.ts";
import type { Named, Target } from "../engine/phase.ts";

/** The runtime of a node: the path of its socket, and how it gets there. */
export type NodeRuntime = {
  readonly socket: string;
  readonly install: RuntimeInstall;
};

/** What a node's registration says (kubeadm's `criSocket`, `--cri-socket`, else a default) decides over the cluster's wish. */
export function runtimeOf(context: ClusterContext, target: Named): NodeRuntime {
  const socket = socketPath(nodeOf(context, target).input.init.nodeRegistration.criSocket);
  return { socket, install: installFor(socket, context.runtime.install) };
}

/** Whether there is something to ask already: what this run installs is not there while planning the first one. */
export function isThere({ socket, install }: NodeRuntime, { facts }: Pick<Target, "facts">): boolean {
  return install.kind === "none" || facts.runtimeSockets.includes(socket);
}
