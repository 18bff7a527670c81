import { mkdir, readdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "../../../base/errors.ts";
import type { CriClient } from "../../../kube/cri/client.ts";
import type { PodSandboxConfig } from "../../../kube/cri/sandbox.ts";
import { GrpcError } from "../../../kube/grpc/status.ts";
import type { Container } from "../../api/container.ts";
import type { Pod } from "../../api/pod.ts";
import { containerConfig } from "../../cri/container-config.ts";
import { ContainerError } from "../../cri/container-error.ts";
import type { ResourceContext } from "../../cri/linux-resources.ts";
import { linuxResources } from "../../cri/linux-resources.ts";
import { containerLogLink, containerLogPath, podLogDirectory } from "../../cri/log-paths.ts";
import type { PodRuntime } from "../../cri/pod-runtime.ts";
import { newestContainer } from "../../cri/pod-runtime.ts";
import type { SecurityDefaults } from "../../cri/security-context.ts";
import { containerSecurityContext } from "../../cri/security-context.ts";
import type { EnvironmentContext } from "../../env/container-environment.ts";
import { containerEnvironment } from "../../env/container-environment.ts";
import type { PodEvent, PodEvents } from "../../events/pod-events.ts";
import { ImageError } from "../../images/image-error.ts";
import type { ImagePuller } from "../../images/image-puller.ts";
import { containerMounts } from "../../volumes/container-mounts.ts";
import type { KubeletPaths } from "../../volumes/paths.ts";
import type { MountedVolumes } from "../../volumes/pod-volumes.ts";
import { podEnds } from "../pod-ends.ts";
import type { LifecycleHooks } from "./lifecycle-hooks.ts";

export type StarterOptions = {
  readonly cri: CriClient;
  readonly images: ImagePuller;
  readonly events: PodEvents;
  readonly hooks: LifecycleHooks;
  readonly paths: KubeletPaths;
  readonly podLogsDir: string;
  readonly containerLogsDir: string;
  readonly resources: ResourceContext;
  readonly security: SecurityDefaults;
};

/** Everything that a pod's containers share while they are started. */
export type StartContext = {
  readonly sandboxId: string;
  readonly sandbox: PodSandboxConfig;
  readonly runtime: PodRuntime;
  readonly volumes: MountedVolumes;
  readonly environment: EnvironmentContext;
  readonly hostsFile: string;
  readonly signal: AbortSignal;
};

/** Starts one container of a pod: image, environment, mounts, create, start, postStart hook. */
export class ContainerStarter {
  readonly #options: StarterOptions;

  constructor(options: StarterOptions) {
    this.#options = options;
  }

  /** Rejects with ContainerError, whose reason the container's waiting state shows. */
  async start(pod: Pod, container: Container, context: StartContext): Promise<void> {
    const { sandbox, signal } = context;
    const image = await this.#options.images.ensure({ pod, container, sandbox, signal }).catch((thrown) => {
      if (thrown instanceof ImageError) this.#tell(pod, container, failure(thrown.reason));
      throw thrown;
    });
    const restartCount = await this.#restartCount(pod, container, context.runtime);
    const id = await this.#create(pod, container, { ...context, image, restartCount });
    this.#tell(pod, container, { type: "Normal", reason: "Created", message: "Container created" });
    await this.#run(pod, container, id);
    this.#tell(pod, container, { type: "Normal", reason: "Started", message: "Container started" });
    await this.#linkLog(pod, container, { id, restartCount });
    await this.#postStart(pod, container, { id, podIp: context.environment.addresses.podIPs[0] ?? "", signal });
  }

  async #create(
    pod: Pod,
    container: Container,
    context: StartContext & { image: Awaited<ReturnType<ImagePuller["ensure"]>>; restartCount: number },
  ): Promise<string> {
    const { cri, resources, security, paths } = this.#options;
    const { sandboxId, sandbox, volumes, image, restartCount, hostsFile } = context;
    try {
      const environment = await containerEnvironment(pod, container, context.environment);
      const mounts = await containerMounts(pod, container, { paths, volumes, environment, hostsFile });
      const targetId = targetContainerId(container, context.runtime);
      const config = containerConfig(pod, container, {
        restartCount,
        imageRef: image.ref,
        environment,
        mounts,
        resources: linuxResources(pod, container, resources),
        securityContext: containerSecurityContext(pod, container, image.user, { ...security, targetId }),
      });
      await mkdir(join(sandbox.logDirectory ?? "", container.name), { recursive: true });
      return (await cri.createContainer({ podSandboxId: sandboxId, config, sandboxConfig: sandbox })).containerId;
    } catch (thrown) {
      throw this.#failed(pod, container, "CreateContainerError", thrown);
    }
  }

  async #run(pod: Pod, container: Container, id: string): Promise<void> {
    try {
      await this.#options.cri.startContainer({ containerId: id });
    } catch (thrown) {
      throw this.#failed(pod, container, "RunContainerError", thrown);
    }
  }

  #failed(pod: Pod, container: Container, reason: string, thrown: unknown): ContainerError {
    const message = thrown instanceof GrpcError ? thrown.reason : messageOf(thrown);
    this.#tell(pod, container, failure(message));
    return thrown instanceof ContainerError ? thrown : new ContainerError(reason, message, { cause: thrown });
  }

  /** One more than the newest record; without a record, one more than the newest log that is left. */
  async #restartCount(pod: Pod, container: Container, runtime: PodRuntime): Promise<number> {
    const record = newestContainer(runtime, container.name);
    if (record) return record.memory.restartCount + 1;
    const directory = join(podLogDirectory(this.#options.podLogsDir, pod), container.name);
    const names = await readdir(directory).catch(() => []);
    const counts = names.map((name) => Number(/^(\d+)\.log/.exec(name)?.[1] ?? -1));
    return Math.max(-1, ...counts) + 1;
  }

  async #linkLog(pod: Pod, container: Container, made: { id: string; restartCount: number }): Promise<void> {
    const { podLogsDir, containerLogsDir } = this.#options;
    const target = join(podLogDirectory(podLogsDir, pod), containerLogPath(container.name, made.restartCount));
    const link = containerLogLink(containerLogsDir, { pod, container: container.name, id: made.id });
    await mkdir(containerLogsDir, { recursive: true });
    await symlink(target, link).catch(() => undefined);
  }

  async #postStart(
    pod: Pod,
    container: Container,
    { id, podIp, signal }: { id: string; podIp: string; signal: AbortSignal },
  ): Promise<void> {
    const hook = container.lifecycle?.postStart;
    if (!hook) return;
    // it may last for ever, and its pod's end must not wait for that
    const ended = podEnds(signal);
    const failure = await this.#options.hooks.run(hook, { container, containerId: id, podIp, signal: ended });
    if (failure === undefined) return;
    // whoever ends the pod stops this container too, with the time that it shall get
    if (ended.aborted) throw new ContainerError("PostStartHookError", failure);
    this.#tell(pod, container, { type: "Warning", reason: "FailedPostStartHook", message: "PostStartHook failed" });
    const message = "FailedPostStartHook";
    this.#tell(pod, container, { type: "Normal", reason: "Killing", message });
    await this.#options.cri.stopContainer({ containerId: id, timeout: 2 }).catch(() => undefined);
    throw new ContainerError("PostStartHookError", failure);
  }

  #tell(pod: Pod, container: Container, event: PodEvent): void {
    this.#options.events.container(pod, container, event);
  }
}

function failure(message: string): PodEvent {
  return { type: "Warning", reason: "Failed", message: `Error: ${message}` };
}

/** The container whose processes an ephemeral container sees. */
function targetContainerId(container: Container, runtime: PodRuntime): string | undefined {
  if (!container.targetContainerName) return undefined;
  const target = newestContainer(runtime, container.targetContainerName);
  if (target?.state !== "running")
    throw new ContainerError(
      "CreateContainerConfigError",
      `unable to find target container ${container.targetContainerName}`,
    );
  return target.id;
}
