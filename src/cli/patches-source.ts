import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { messageOf, SlipwayError } from "../base/errors.ts";
import { applyPatches, readPatches } from "../manifests/patches/apply-patches.ts";
import type { PatchTarget } from "../manifests/patches/patch-file.ts";
import type { PatchPod } from "../manifests/static-pod/static-pod-files.ts";

/** The patches of a folder as a function over static pods; undefined without a folder. Files that aren't patches are told. */
export function patchesFrom(directory: string | undefined): PatchPod | undefined {
  if (!directory) return undefined;
  const { patches, ignored } = readPatches(filesOf(directory));
  for (const name of ignored) process.stderr.write(`warning: [patches] ${name} is no patch that is known\n`);
  return (component, pod) => applyPatches(component as PatchTarget, pod, patches);
}

function filesOf(directory: string): ReadonlyMap<string, string> {
  try {
    const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
    const paths = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
    return new Map(paths.map((path) => [path, readFileSync(path, "utf8")]));
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
