import { chmod, mkdir, open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { RenderedFile } from "../../base/rendered-file.ts";
import { fileSystemError } from "./file-system-error.ts";

/** A folder that should stand; made with this mode when it is missing, left as it is otherwise. */
export type RenderedFolder = { readonly path: string; readonly mode: number };

/**
 * Writes files below a root directory, each atomically and with its mode from the first byte on: secrets are never readable by
 * others. Missing parents are made 0755 unless `folders` says otherwise. Throws TREE_UNWRITABLE.
 */
export async function writeTree(
  root: string,
  files: readonly RenderedFile[],
  folders: readonly RenderedFolder[] = [],
): Promise<void> {
  for (const { path, mode } of folders) await makeFolder(join(root, path), mode);
  for (const file of files) {
    const path = join(root, file.path);
    await makeFolder(dirname(path), 0o755);
    await writeAtomically(path, file);
  }
}

async function makeFolder(path: string, mode: number): Promise<void> {
  try {
    const firstMade = await mkdir(path, { recursive: true, mode: 0o755 });
    if (firstMade !== undefined) await chmod(path, mode);
  } catch (thrown) {
    throw fileSystemError("TREE_UNWRITABLE", `cannot make the folder ${path}`, thrown);
  }
}

async function writeAtomically(path: string, { content, mode }: RenderedFile): Promise<void> {
  const temporary = `${path}.slipway-${process.pid}`;
  try {
    // no living process has this number: one that was killed in the middle had it, before a reboot perhaps
    await rm(temporary, { force: true });
    const file = await open(temporary, "wx", mode);
    try {
      await file.chmod(mode);
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (thrown) {
    await rm(temporary, { force: true });
    throw fileSystemError("TREE_UNWRITABLE", `cannot write ${path}`, thrown);
  }
}
