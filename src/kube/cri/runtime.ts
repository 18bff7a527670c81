import { bool, enumeration, int64, string, stringMap } from "../protobuf/field.ts";
import { type Decoded, many, message, one } from "../protobuf/message.ts";
import { containerStatus } from "./container.ts";
import { podSandboxStatus } from "./sandbox.ts";

export const runtimeCondition = message({ type: string(1), status: bool(2), reason: string(3), message: string(4) });
export const runtimeStatus = message({ conditions: many(runtimeCondition, 1) });
const runtimeHandlerFeatures = message({ recursiveReadOnlyMounts: bool(1), userNamespaces: bool(2) });
export const runtimeHandler = message({ name: string(1), features: one(runtimeHandlerFeatures, 2) });
export const runtimeFeatures = message({ supplementalGroupsPolicy: bool(1), userNamespacesHostNetwork: bool(2) });

export const versionResponse = message({
  version: string(1),
  runtimeName: string(2),
  runtimeVersion: string(3),
  runtimeApiVersion: string(4),
});
export const statusResponse = message({
  status: one(runtimeStatus, 1),
  info: stringMap(2),
  runtimeHandlers: many(runtimeHandler, 3),
  features: one(runtimeFeatures, 4),
});

const linuxRuntimeConfiguration = message({ cgroupDriver: enumeration(["SYSTEMD", "CGROUPFS"])(1) });
export const runtimeConfigResponse = message({ linux: one(linuxRuntimeConfiguration, 1) });

const networkConfig = message({ podCidr: string(1) });
export const runtimeConfig = message({ networkConfig: one(networkConfig, 1) });

export const containerEventResponse = message({
  containerId: string(1),
  containerEventType: enumeration([
    "CONTAINER_CREATED_EVENT",
    "CONTAINER_STARTED_EVENT",
    "CONTAINER_STOPPED_EVENT",
    "CONTAINER_DELETED_EVENT",
  ])(2),
  /** Nanoseconds since the epoch. */
  createdAt: int64(3),
  podSandboxStatus: one(podSandboxStatus, 4),
  containersStatuses: many(containerStatus, 5),
});
export type ContainerEvent = Decoded<typeof containerEventResponse>;
