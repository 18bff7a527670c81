import {
  bool,
  bytes,
  enumeration,
  int32,
  int64,
  repeated,
  scalars,
  string,
  stringMap,
  strings,
  uint32,
} from "../protobuf/field.ts";
import { type Decoded, type Input, many, message, one } from "../protobuf/message.ts";
import { imageSpec } from "./image.ts";
import { idMapping, linuxContainerResources } from "./resources.ts";
import { linuxContainerSecurityContext } from "./security.ts";
import { stopSignals } from "./stop-signals.ts";

export const mountPropagation = enumeration([
  "PROPAGATION_PRIVATE",
  "PROPAGATION_HOST_TO_CONTAINER",
  "PROPAGATION_BIDIRECTIONAL",
]);
export const containerState = enumeration([
  "CONTAINER_CREATED",
  "CONTAINER_RUNNING",
  "CONTAINER_EXITED",
  "CONTAINER_UNKNOWN",
]);
export const signal = enumeration(stopSignals);

export const mount = message({
  containerPath: string(1),
  hostPath: string(2),
  readonly: bool(3),
  selinuxRelabel: bool(4),
  propagation: mountPropagation(5),
  uidMappings: many(idMapping, 6),
  gidMappings: many(idMapping, 7),
  recursiveReadOnly: bool(8),
  image: one(imageSpec, 9),
  imageSubPath: string(10),
});
export type Mount = Input<Decoded<typeof mount>>;

export const device = message({ containerPath: string(1), hostPath: string(2), permissions: string(3) });
export const cdiDevice = message({ name: string(1) });
/** Environment values are bytes on the wire; ours are text, which encodes the same. */
export const keyValue = message({ key: string(1), value: string(2) });
export const containerMetadata = message({ name: string(1), attempt: uint32(2) });
export const linuxContainerConfig = message({
  resources: one(linuxContainerResources, 1),
  securityContext: one(linuxContainerSecurityContext, 2),
});
export const containerConfig = message({
  metadata: one(containerMetadata, 1),
  image: one(imageSpec, 2),
  command: strings(3),
  args: strings(4),
  workingDir: string(5),
  envs: many(keyValue, 6),
  mounts: many(mount, 7),
  devices: many(device, 8),
  labels: stringMap(9),
  annotations: stringMap(10),
  logPath: string(11),
  stdin: bool(12),
  stdinOnce: bool(13),
  tty: bool(14),
  linux: one(linuxContainerConfig, 15),
  cdiDevices: many(cdiDevice, 17),
  stopSignal: signal(18),
});
export type ContainerConfig = Input<Decoded<typeof containerConfig>>;

export const container = message({
  id: string(1),
  podSandboxId: string(2),
  metadata: one(containerMetadata, 3),
  image: one(imageSpec, 4),
  imageRef: string(5),
  state: containerState(6),
  /** Nanoseconds since the epoch. */
  createdAt: int64(7),
  labels: stringMap(8),
  annotations: stringMap(9),
  imageId: string(10),
});
export type Container = Decoded<typeof container>;

const containerStateValue = message({ state: containerState(1) });
export const containerFilter = message({
  id: string(1),
  state: one(containerStateValue, 2),
  podSandboxId: string(3),
  labelSelector: stringMap(4),
});

const linuxContainerUser = message({ uid: int64(1), gid: int64(2), supplementalGroups: repeated(scalars.int64, 3) });
const containerUser = message({ linux: one(linuxContainerUser, 1) });
const containerResources = message({ linux: one(linuxContainerResources, 1) });
/** Times are nanoseconds since the epoch, 0 when not yet. */
export const containerStatus = message({
  id: string(1),
  metadata: one(containerMetadata, 2),
  state: containerState(3),
  createdAt: int64(4),
  startedAt: int64(5),
  finishedAt: int64(6),
  exitCode: int32(7),
  image: one(imageSpec, 8),
  imageRef: string(9),
  reason: string(10),
  message: string(11),
  labels: stringMap(12),
  annotations: stringMap(13),
  mounts: many(mount, 14),
  logPath: string(15),
  resources: one(containerResources, 16),
  imageId: string(17),
  user: one(containerUser, 18),
  stopSignal: signal(19),
});
export type ContainerStatus = Decoded<typeof containerStatus>;

export const execSyncResponse = message({ stdout: bytes(1), stderr: bytes(2), exitCode: int32(3) });
