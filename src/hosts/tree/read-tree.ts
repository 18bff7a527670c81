import type { Dirent } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ExistingFiles } from "../../base/rendered-file.ts";
import { fileSystemError, isNotFound } from "./file-system-error.ts";

/**
 * The credentials below some folders of a root directory (certificates, keys, requests, kubeconfigs; nothing else is opened), by
 * their path under that root ("/etc/kubernetes/pki/ca.crt"). A folder that is not there is empty; one that can't be read throws
 * TREE_UNREADABLE.
 */
export async function readTree(root: string, folders: readonly string[]): Promise<ExistingFiles> {
  const found = await Promise.all(folders.map((folder) => readFolder(root, folder)));
  return new Map(found.flat());
}

const credential = /\.(?:crt|key|pub|csr|conf)$/;

async function readFolder(root: string, folder: string): Promise<[string, string][]> {
  const files = (await entriesOf(join(root, folder))).filter(
    (entry) => credential.test(entry.name) && !entry.isDirectory(),
  );
  return Promise.all(
    files.map(async ({ parentPath, name }): Promise<[string, string]> => {
      const path = join(parentPath, name);
      return [path.slice(join(root, "/").length - 1), await textOf(path)];
    }),
  );
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { recursive: true, withFileTypes: true });
  } catch (thrown) {
    if (isNotFound(thrown)) return [];
    throw fileSystemError("TREE_UNREADABLE", `cannot read ${folder}`, thrown);
  }
}

/** A file that is listed and can't be read is an error, a dangling link too: taken for absent, it would be made anew. */
async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (thrown) {
    throw fileSystemError("TREE_UNREADABLE", `cannot read ${path}`, thrown);
  }
}
