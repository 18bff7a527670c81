import { kubeletJoin } from "../phases/kubelet-start.ts";
import { nodeMarks } from "../phases/node-marks.ts";

/** What makes a prepared host a worker of the cluster. */
export const joinPhases = [kubeletJoin, nodeMarks] as const;
