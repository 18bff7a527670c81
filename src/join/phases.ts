import { kubeletJoin } from "../phases/kubelet-start.ts";

/** What makes a prepared host a worker of the cluster. */
export const joinPhases = [kubeletJoin] as const;
