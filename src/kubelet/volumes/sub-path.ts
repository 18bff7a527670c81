import { mkdir, realpath } from "node:fs/promises";
import { dirname, isAbsolute, join, normalize } from "node:path";
import { ContainerConfigError } from "../cri/container-error.ts";

/** The host path of a subPath within a volume, made if missing; what leads out of the volume is refused. */
export async function resolveSubPath(volumePath: string, subPath: string): Promise<string> {
  if (isAbsolute(subPath) || normalize(subPath).split("/").includes("..")) {
    throw new ContainerConfigError(`subPath "${subPath}" must be relative and must not contain '..'`);
  }
  const root = await realpath(volumePath);
  const wanted = join(root, subPath);
  const existing = await nearestExisting(wanted);
  if (!isWithin(existing, root))
    throw new ContainerConfigError(`failed to prepare subPath for volumeMount: ${subPath}`);
  await mkdir(wanted, { recursive: true, mode: 0o750 }).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code !== "EEXIST") throw thrown;
  });
  const resolved = await realpath(wanted);
  if (!isWithin(resolved, root))
    throw new ContainerConfigError(`failed to prepare subPath for volumeMount: ${subPath}`);
  return resolved;
}

async function nearestExisting(path: string): Promise<string> {
  return realpath(path).catch(() => nearestExisting(dirname(path)));
}

function isWithin(path: string, root: string): boolean {
  return path === root || path.startsWith(`${root}/`);
}
