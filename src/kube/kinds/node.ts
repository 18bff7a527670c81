import type { Condition } from "../conditions.ts";
import type { KubeObject } from "../object.ts";

/** core/v1 Node. */
export type Node = KubeObject & { spec?: NodeSpec; status?: NodeStatus };

export type NodeSpec = {
  podCIDR?: string;
  podCIDRs?: string[];
  providerID?: string;
  unschedulable?: boolean;
  taints?: Taint[];
};

export type Taint = { key: string; value?: string; effect: string; timeAdded?: string };

export type NodeCondition = Condition & { lastHeartbeatTime?: string };

export type NodeStatus = {
  capacity?: Record<string, string>;
  allocatable?: Record<string, string>;
  conditions?: NodeCondition[];
  addresses?: { type: string; address: string }[];
  images?: { names?: string[]; sizeBytes?: number }[];
  nodeInfo?: { machineID?: string; bootID?: string };
  daemonEndpoints?: { kubeletEndpoint?: { Port: number } };
  volumesAttached?: { name: string; devicePath: string }[];
  volumesInUse?: string[];
};
