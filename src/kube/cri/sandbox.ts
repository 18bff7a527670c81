import { enumeration, int32, int64, string, stringMap, strings, uint32 } from "../protobuf/field.ts";
import { type Decoded, type Input, many, message, one } from "../protobuf/message.ts";
import { linuxContainerResources } from "./resources.ts";
import { linuxSandboxSecurityContext, namespaceOption } from "./security.ts";

export const protocol = enumeration(["TCP", "UDP", "SCTP"]);
export const podSandboxState = enumeration(["SANDBOX_READY", "SANDBOX_NOTREADY"]);

export const dnsConfig = message({ servers: strings(1), searches: strings(2), options: strings(3) });
export const portMapping = message({
  protocol: protocol(1),
  containerPort: int32(2),
  hostPort: int32(3),
  hostIp: string(4),
});
export type PortMapping = Input<Decoded<typeof portMapping>>;

export const linuxPodSandboxConfig = message({
  cgroupParent: string(1),
  securityContext: one(linuxSandboxSecurityContext, 2),
  sysctls: stringMap(3),
  overhead: one(linuxContainerResources, 4),
  resources: one(linuxContainerResources, 5),
});
export const podSandboxMetadata = message({
  name: string(1),
  uid: string(2),
  namespace: string(3),
  attempt: uint32(4),
});
export const podSandboxConfig = message({
  metadata: one(podSandboxMetadata, 1),
  hostname: string(2),
  logDirectory: string(3),
  dnsConfig: one(dnsConfig, 4),
  portMappings: many(portMapping, 5),
  labels: stringMap(6),
  annotations: stringMap(7),
  linux: one(linuxPodSandboxConfig, 8),
});
export type PodSandboxConfig = Input<Decoded<typeof podSandboxConfig>>;

const podIp = message({ ip: string(1) });
export const podSandboxNetworkStatus = message({ ip: string(1), additionalIps: many(podIp, 2) });
const namespaces = message({ options: one(namespaceOption, 2) });
export const linuxPodSandboxStatus = message({ namespaces: one(namespaces, 1) });
export const podSandboxStatus = message({
  id: string(1),
  metadata: one(podSandboxMetadata, 2),
  state: podSandboxState(3),
  /** Nanoseconds since the epoch. */
  createdAt: int64(4),
  network: one(podSandboxNetworkStatus, 5),
  linux: one(linuxPodSandboxStatus, 6),
  labels: stringMap(7),
  annotations: stringMap(8),
  runtimeHandler: string(9),
});
export type PodSandboxStatus = Decoded<typeof podSandboxStatus>;

const podSandboxStateValue = message({ state: podSandboxState(1) });
export const podSandboxFilter = message({
  id: string(1),
  state: one(podSandboxStateValue, 2),
  labelSelector: stringMap(3),
});
export const podSandbox = message({
  id: string(1),
  metadata: one(podSandboxMetadata, 2),
  state: podSandboxState(3),
  /** Nanoseconds since the epoch. */
  createdAt: int64(4),
  labels: stringMap(5),
  annotations: stringMap(6),
  runtimeHandler: string(7),
});
export type PodSandbox = Decoded<typeof podSandbox>;
