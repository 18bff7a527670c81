import { initPhases } from "../init/phases.ts";
import type { ClusterContext } from "../phases/cluster/cluster-context.ts";
import { controlPlaneJoinPhases } from "../phases/control-plane-join.ts";
import type { Phase } from "../phases/engine/phase.ts";
import { hostPhases } from "../phases/host-phases.ts";
import { hooksAfter } from "../phases/host-settings/hooks.ts";
import { kubeletJoin } from "../phases/kubelet-join.ts";
import { nodeMarks } from "../phases/node-marks.ts";
import { nodeReady } from "../phases/node-ready.ts";
import { prune, surplus } from "../phases/prune.ts";

/** A whole cluster: every host is prepared, the first control plane comes up, the others join it side by side. */
export const applyPhases: readonly Phase<ClusterContext>[] = [
  ...hostPhases,
  ...initPhases,
  ...controlPlaneJoinPhases,
  kubeletJoin,
  nodeMarks,
  nodeReady,
  surplus,
  prune,
  hooksAfter,
];
