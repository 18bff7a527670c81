import { randomBytes } from "node:crypto";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Mount } from "../../kube/cri/container.ts";
import type { Container, VolumeMount } from "../api/container.ts";
import type { Pod } from "../api/pod.ts";
import { ContainerConfigError } from "../cri/container-error.ts";
import { expand } from "../env/expand.ts";
import type { KubeletPaths } from "./paths.ts";
import type { MountedVolumes } from "./pod-volumes.ts";
import { resolveSubPath } from "./sub-path.ts";

export type MountContext = {
  readonly paths: KubeletPaths;
  readonly volumes: MountedVolumes;
  readonly environment: ReadonlyMap<string, string>;
  /** Written before the container is made, unless it mounts /etc/hosts itself. */
  readonly hostsFile: string;
};

const propagations = {
  None: "PROPAGATION_PRIVATE",
  HostToContainer: "PROPAGATION_HOST_TO_CONTAINER",
  Bidirectional: "PROPAGATION_BIDIRECTIONAL",
} as const;

/** A container's mounts: its volumes, /etc/hosts and the file for its termination message. */
export async function containerMounts(pod: Pod, container: Container, context: MountContext): Promise<Mount[]> {
  const mounts: Mount[] = [];
  for (const mount of container.volumeMounts ?? []) mounts.push(await volumeMount(mount, context));
  const mountsHosts = (container.volumeMounts ?? []).some(({ mountPath }) => mountPath === "/etc/hosts");
  if (!mountsHosts) mounts.push({ containerPath: "/etc/hosts", hostPath: context.hostsFile });
  const messageMount = await terminationMessageMount(pod, container, context.paths);
  return messageMount ? [...mounts, messageMount] : mounts;
}

async function volumeMount(mount: VolumeMount, context: MountContext): Promise<Mount> {
  const volume = context.volumes.get(mount.name);
  if (!volume) throw new ContainerConfigError(`cannot find volume "${mount.name}" to mount into container`);
  const subPath = mount.subPath ?? (mount.subPathExpr && expandedSubPath(mount.subPathExpr, context.environment));
  const hostPath = subPath ? await resolveSubPath(volume.hostPath, subPath) : volume.hostPath;
  return {
    containerPath: mount.mountPath.startsWith("/") ? mount.mountPath : `/${mount.mountPath}`,
    hostPath,
    readonly: mount.readOnly === true || volume.readOnly,
    propagation: propagations[mount.mountPropagation ?? "None"],
    recursiveReadOnly: false,
  };
}

function expandedSubPath(expression: string, environment: ReadonlyMap<string, string>): string {
  const missing = [...expression.matchAll(/(?<!\$)\$\(([^)]*)\)/g)].find(([, name]) => !environment.has(name ?? ""));
  if (missing) throw new ContainerConfigError(`missing value for "${missing[1]}"`);
  return expand(expression, environment);
}

async function terminationMessageMount(
  pod: Pod,
  container: Container,
  paths: KubeletPaths,
): Promise<Mount | undefined> {
  if (!container.terminationMessagePath) return undefined;
  const directory = paths.containerDir(pod.metadata.uid ?? "", container.name);
  await mkdir(directory, { recursive: true, mode: 0o750 });
  const hostPath = join(directory, randomBytes(4).toString("hex"));
  await writeFile(hostPath, "");
  // The container's user may be anyone.
  await chmod(hostPath, 0o666);
  return { containerPath: container.terminationMessagePath, hostPath };
}
