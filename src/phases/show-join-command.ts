import { type ClusterContext, isFirstControlPlane } from "./cluster/cluster-context.ts";
import type { Phase } from "./engine/phase.ts";

/** Stands for the last thing that `init` does, so that it can be asked for or left out by its name: what is printed is not a host's matter. */
export const showJoinCommand: Phase<ClusterContext> = {
  id: "show-join-command",
  title: "Print the commands that join further hosts",
  appliesTo: isFirstControlPlane,
};
