import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { messageOf, SlipwayError } from "../../base/errors.ts";
import type { InitConfiguration } from "../../config/kubeadm/init-configuration.ts";
import { type Patches, readPatches } from "../../manifests/patches/apply-patches.ts";

/**
 * The user's patches, from the folder on this machine that the configuration names; none without one. Files in it that are no
 * patches are told. Throws PATCHES_UNREADABLE.
 */
export async function localPatches(
  { patches }: Pick<InitConfiguration, "patches">,
  report: (text: string) => void,
): Promise<Patches> {
  const directory = patches?.directory;
  if (!directory) return [];
  const { patches: found, ignored } = readPatches(await filesOf(directory));
  for (const name of ignored) report(`[patches] ${name} is no patch that is known`);
  return found;
}

async function filesOf(directory: string): Promise<ReadonlyMap<string, string>> {
  try {
    const entries = await readdir(directory, { recursive: true, withFileTypes: true });
    const paths = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
    return new Map(await Promise.all(paths.map(async (path) => [path, await readFile(path, "utf8")] as const)));
  } catch (thrown) {
    throw new SlipwayError(
      {
        code: "PATCHES_UNREADABLE",
        exit: "configuration",
        message: `cannot read the patches in ${directory}`,
        got: messageOf(thrown),
      },
      { cause: thrown },
    );
  }
}
