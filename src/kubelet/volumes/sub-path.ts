import { chmod, mkdir, realpath, stat } from "node:fs/promises";
import { isAbsolute, join, normalize } from "node:path";
import { ContainerConfigError } from "../cri/container-error.ts";

/**
 * The host path of a subPath within a volume, walked part by part so that no link leads out of the volume. Directories
 * that are missing are made with the volume's own permissions: whoever may write to it may write there.
 */
export async function resolveSubPath(volumePath: string, subPath: string): Promise<string> {
  const parts = normalize(subPath).split("/").filter(Boolean);
  if (isAbsolute(subPath) || parts.includes("..")) {
    throw new ContainerConfigError(`subPath "${subPath}" must be relative and must not contain '..'`);
  }
  const root = await realpath(volumePath);
  const mode = (await stat(root)).mode & 0o7777;
  let resolved = root;
  for (const part of parts) {
    resolved = await step(join(resolved, part), mode);
    if (resolved !== root && !resolved.startsWith(`${root}/`))
      throw new ContainerConfigError(`failed to prepare subPath for volumeMount: ${subPath} leads out of the volume`);
  }
  return resolved;
}

async function step(path: string, mode: number): Promise<string> {
  try {
    return await realpath(path);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== "ENOENT") throw thrown;
  }
  await mkdir(path);
  await chmod(path, mode);
  return path;
}
