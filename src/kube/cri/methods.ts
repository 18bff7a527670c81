import { bool, int64, repeated, scalars, string, stringMap, strings } from "../protobuf/field.ts";
import { many, message, one } from "../protobuf/message.ts";
import { container, containerConfig, containerFilter, containerStatus, execSyncResponse } from "./container.ts";
import { authConfig, filesystemUsage, image, imageSpec } from "./image.ts";
import { linuxContainerResources } from "./resources.ts";
import {
  containerEventResponse,
  runtimeConfig,
  runtimeConfigResponse,
  statusResponse,
  versionResponse,
} from "./runtime.ts";
import { podSandbox, podSandboxConfig, podSandboxFilter, podSandboxStatus } from "./sandbox.ts";
import { containerStats, containerStatsFilter, podSandboxStats, podSandboxStatsFilter } from "./stats.ts";

const empty = message({});
const sandboxId = message({ podSandboxId: string(1) });
const containerId = message({ containerId: string(1) });
const verboseSandbox = message({ podSandboxId: string(1), verbose: bool(2) });
const verboseContainer = message({ containerId: string(1), verbose: bool(2) });
const url = message({ url: string(1) });
const imageFilter = message({ image: one(imageSpec, 1) });

const runtime = "/runtime.v1.RuntimeService/";
const images = "/runtime.v1.ImageService/";

/** The unary calls of CRI v1 that Slipway uses: path, request, response. */
export const methods = {
  version: { path: `${runtime}Version`, request: message({ version: string(1) }), response: versionResponse },
  status: { path: `${runtime}Status`, request: message({ verbose: bool(1) }), response: statusResponse },
  runtimeConfig: { path: `${runtime}RuntimeConfig`, request: empty, response: runtimeConfigResponse },
  updateRuntimeConfig: {
    path: `${runtime}UpdateRuntimeConfig`,
    request: message({ runtimeConfig: one(runtimeConfig, 1) }),
    response: empty,
  },
  runPodSandbox: {
    path: `${runtime}RunPodSandbox`,
    request: message({ config: one(podSandboxConfig, 1), runtimeHandler: string(2) }),
    response: sandboxId,
  },
  stopPodSandbox: { path: `${runtime}StopPodSandbox`, request: sandboxId, response: empty },
  removePodSandbox: { path: `${runtime}RemovePodSandbox`, request: sandboxId, response: empty },
  podSandboxStatus: {
    path: `${runtime}PodSandboxStatus`,
    request: verboseSandbox,
    response: message({
      status: one(podSandboxStatus, 1),
      info: stringMap(2),
      containersStatuses: many(containerStatus, 3),
      timestamp: int64(4),
    }),
  },
  listPodSandbox: {
    path: `${runtime}ListPodSandbox`,
    request: message({ filter: one(podSandboxFilter, 1) }),
    response: message({ items: many(podSandbox, 1) }),
  },
  updatePodSandboxResources: {
    path: `${runtime}UpdatePodSandboxResources`,
    request: message({
      podSandboxId: string(1),
      overhead: one(linuxContainerResources, 2),
      resources: one(linuxContainerResources, 3),
    }),
    response: empty,
  },
  createContainer: {
    path: `${runtime}CreateContainer`,
    request: message({
      podSandboxId: string(1),
      config: one(containerConfig, 2),
      sandboxConfig: one(podSandboxConfig, 3),
    }),
    response: containerId,
  },
  startContainer: { path: `${runtime}StartContainer`, request: containerId, response: empty },
  /** `timeout` in seconds before SIGKILL. */
  stopContainer: {
    path: `${runtime}StopContainer`,
    request: message({ containerId: string(1), timeout: int64(2) }),
    response: empty,
  },
  removeContainer: { path: `${runtime}RemoveContainer`, request: containerId, response: empty },
  listContainers: {
    path: `${runtime}ListContainers`,
    request: message({ filter: one(containerFilter, 1) }),
    response: message({ containers: many(container, 1) }),
  },
  containerStatus: {
    path: `${runtime}ContainerStatus`,
    request: verboseContainer,
    response: message({ status: one(containerStatus, 1), info: stringMap(2) }),
  },
  updateContainerResources: {
    path: `${runtime}UpdateContainerResources`,
    request: message({ containerId: string(1), linux: one(linuxContainerResources, 2), annotations: stringMap(4) }),
    response: empty,
  },
  reopenContainerLog: { path: `${runtime}ReopenContainerLog`, request: containerId, response: empty },
  /** `timeout` in seconds, 0 for none. */
  execSync: {
    path: `${runtime}ExecSync`,
    request: message({ containerId: string(1), cmd: strings(2), timeout: int64(3) }),
    response: execSyncResponse,
  },
  exec: {
    path: `${runtime}Exec`,
    request: message({
      containerId: string(1),
      cmd: strings(2),
      tty: bool(3),
      stdin: bool(4),
      stdout: bool(5),
      stderr: bool(6),
    }),
    response: url,
  },
  attach: {
    path: `${runtime}Attach`,
    request: message({ containerId: string(1), stdin: bool(2), tty: bool(3), stdout: bool(4), stderr: bool(5) }),
    response: url,
  },
  portForward: {
    path: `${runtime}PortForward`,
    request: message({ podSandboxId: string(1), port: repeated(scalars.int32, 2) }),
    response: url,
  },
  containerStats: {
    path: `${runtime}ContainerStats`,
    request: containerId,
    response: message({ stats: one(containerStats, 1) }),
  },
  listContainerStats: {
    path: `${runtime}ListContainerStats`,
    request: message({ filter: one(containerStatsFilter, 1) }),
    response: message({ stats: many(containerStats, 1) }),
  },
  podSandboxStats: {
    path: `${runtime}PodSandboxStats`,
    request: sandboxId,
    response: message({ stats: one(podSandboxStats, 1) }),
  },
  listPodSandboxStats: {
    path: `${runtime}ListPodSandboxStats`,
    request: message({ filter: one(podSandboxStatsFilter, 1) }),
    response: message({ stats: many(podSandboxStats, 1) }),
  },
  listImages: {
    path: `${images}ListImages`,
    request: message({ filter: one(imageFilter, 1) }),
    response: message({ images: many(image, 1) }),
  },
  /** `image` is undefined in the answer when the runtime does not have it. */
  imageStatus: {
    path: `${images}ImageStatus`,
    request: message({ image: one(imageSpec, 1), verbose: bool(2) }),
    response: message({ image: one(image, 1), info: stringMap(2) }),
  },
  pullImage: {
    path: `${images}PullImage`,
    request: message({ image: one(imageSpec, 1), auth: one(authConfig, 2), sandboxConfig: one(podSandboxConfig, 3) }),
    response: message({ imageRef: string(1) }),
  },
  removeImage: { path: `${images}RemoveImage`, request: message({ image: one(imageSpec, 1) }), response: empty },
  imageFsInfo: {
    path: `${images}ImageFsInfo`,
    request: empty,
    response: message({ imageFilesystems: many(filesystemUsage, 1), containerFilesystems: many(filesystemUsage, 2) }),
  },
} as const;

/** The one streaming call. */
export const containerEvents = {
  path: `${runtime}GetContainerEvents`,
  request: empty,
  response: containerEventResponse,
} as const;
