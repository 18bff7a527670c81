import { join } from "node:path";
import type { Pod } from "../api/pod.ts";

/** Where log collectors look: a link for each container. */
export const containerLogsDir = "/var/log/containers";

/** `/var/log/pods/<namespace>_<name>_<uid>` */
export function podLogDirectory(podLogsDir: string, pod: Pod): string {
  const { namespace, name, uid } = pod.metadata;
  return join(podLogsDir, `${namespace}_${name}_${uid}`);
}

/** Relative to the pod's directory: `<container>/<restartCount>.log` */
export function containerLogPath(containerName: string, restartCount: number): string {
  return join(containerName, `${restartCount}.log`);
}

/** `<name>_<namespace>_<container>-<id>.log` in /var/log/containers, which log collectors follow. */
export function containerLogLink(
  directory: string,
  { pod, container, id }: { readonly pod: Pod; readonly container: string; readonly id: string },
): string {
  return join(directory, `${pod.metadata.name}_${pod.metadata.namespace}_${container}-${id}.log`);
}
