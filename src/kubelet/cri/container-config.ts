import type { ContainerConfig, Mount } from "../../kube/cri/container.ts";
import type { LinuxContainerResources } from "../../kube/cri/resources.ts";
import type { LinuxContainerSecurityContext } from "../../kube/cri/security.ts";
import type { Container } from "../api/container.ts";
import type { Pod } from "../api/pod.ts";
import { expand } from "../env/expand.ts";
import { ContainerConfigError } from "./container-error.ts";
import { containerAnnotations, containerLabels } from "./labels.ts";
import { containerLogPath } from "./log-paths.ts";

export type ContainerContext = {
  readonly restartCount: number;
  /** What the runtime knows the image by. */
  readonly imageRef: string;
  readonly environment: ReadonlyMap<string, string>;
  readonly mounts: readonly Mount[];
  readonly resources: LinuxContainerResources;
  readonly securityContext: LinuxContainerSecurityContext;
};

/**
 * One container as the runtime is asked to create it (generateContainerConfig). Throws ContainerConfigError for one that
 * wants what this kubelet does not have: without it the container would not be what was asked for.
 */
export function containerConfig(pod: Pod, container: Container, context: ContainerContext): ContainerConfig {
  refuseUnsupported(container);
  const expanded = (words: readonly string[] = []) => words.map((word) => expand(word, context.environment));
  return {
    metadata: { name: container.name, attempt: context.restartCount },
    image: { image: context.imageRef, userSpecifiedImage: container.image },
    command: expanded(container.command),
    args: expanded(container.args),
    workingDir: container.workingDir ?? "",
    envs: [...context.environment].map(([key, value]) => ({ key, value })),
    mounts: context.mounts,
    labels: containerLabels(pod, container),
    annotations: containerAnnotations(pod, container, context.restartCount),
    logPath: containerLogPath(container.name, context.restartCount),
    stdin: container.stdin ?? false,
    stdinOnce: container.stdinOnce ?? false,
    tty: container.tty ?? false,
    linux: { resources: context.resources, securityContext: context.securityContext },
  };
}

function refuseUnsupported({ volumeDevices = [], volumeMounts = [], resources }: Container): void {
  const [device] = volumeDevices;
  if (device)
    throw new ContainerConfigError(`block device "${device.name}": volumeDevices are not supported by this kubelet`);
  if (resources?.claims?.length)
    throw new ContainerConfigError("claims of dynamic resources are not supported by this kubelet");
  const mount = volumeMounts.find(({ recursiveReadOnly }) => recursiveReadOnly === "Enabled");
  if (mount)
    throw new ContainerConfigError(
      `volume "${mount.name}" requested recursive read-only mode, but it is not supported by the runtime`,
    );
}
