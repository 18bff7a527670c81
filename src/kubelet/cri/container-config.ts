import type { ContainerConfig, Mount } from "../../kube/cri/container.ts";
import type { LinuxContainerResources } from "../../kube/cri/resources.ts";
import type { LinuxContainerSecurityContext } from "../../kube/cri/security.ts";
import type { Container } from "../api/container.ts";
import type { Pod } from "../api/pod.ts";
import { expand } from "../env/expand.ts";
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

/** One container as the runtime is asked to create it (generateContainerConfig). */
export function containerConfig(pod: Pod, container: Container, context: ContainerContext): ContainerConfig {
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
