import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ExistingFiles } from "../../base/rendered-file.ts";
import { fileSystemError, isNotFound } from "./file-system-error.ts";

/**
 * The text files of some folders below a root directory, by their path under that root ("/etc/kubernetes/pki/ca.crt"). A
 * folder that is not there is empty; one that can't be read throws TREE_UNREADABLE.
 */
export async function readTree(root: string, folders: readonly string[]): Promise<ExistingFiles> {
  const found = await Promise.all(folders.map((folder) => readFolder(root, folder)));
  return new Map(found.flat());
}

async function readFolder(root: string, folder: string): Promise<[string, string][]> {
  try {
    const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile() || entry.isSymbolicLink());
    return await Promise.all(
      files.map(async ({ parentPath, name }): Promise<[string, string]> => {
        const path = join(parentPath, name);
        return [path.slice(join(root, "/").length - 1), await readFile(path, "utf8")];
      }),
    );
  } catch (thrown) {
    if (isNotFound(thrown)) return [];
    throw fileSystemError("TREE_UNREADABLE", `cannot read ${join(root, folder)}`, thrown);
  }
}
