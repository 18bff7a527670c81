import { createHash } from "node:crypto";
import { mkdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { bundleProgram } from "./images/bundle-program.ts";
import type { PinnedNode } from "./images/node-layer.ts";
import { stripElf } from "./images/strip-elf.ts";

/** A file of this machine that goes to hosts as it is. */
export type LocalFile = { readonly source: string; readonly sha256: string };

/** What a host runs its kubelet with. */
export type KubeletBundle = { readonly kubelet: LocalFile; readonly node: LocalFile };

/** Builds the kubelet's bundle and the Node that runs it into `directory`; files that are there already are kept. */
export async function buildKubeletBundle(
  entryPoint: string,
  node: PinnedNode,
  directory: string,
): Promise<KubeletBundle> {
  await mkdir(directory, { recursive: true });
  const [kubelet, runtime] = await Promise.all([
    bundleProgram(entryPoint, directory).then((content) => keep(join(directory, "kubelet"), ".mjs", content)),
    strippedNode(node, directory),
  ]);
  return { kubelet, node: runtime };
}

/** Stripping and hashing Node takes most of a second, so the result is remembered beside it. */
async function strippedNode({ version, file }: PinnedNode, directory: string): Promise<LocalFile> {
  const { size, mtimeMs } = await stat(file);
  const memo = join(directory, `node-${version}-${size}-${Math.round(mtimeMs)}.json`);
  const known = await readFile(memo, "utf8").then(
    (text) => JSON.parse(text) as LocalFile,
    () => undefined,
  );
  if (
    known &&
    (await stat(known.source).then(
      () => true,
      () => false,
    ))
  )
    return known;
  const made = await keep(join(directory, "node"), "", stripElf(await readFile(file)));
  await writeFile(memo, JSON.stringify(made));
  return made;
}

/** Writes content under a name that carries its hash, by rename, unless it is there. */
async function keep(base: string, extension: string, content: Uint8Array): Promise<LocalFile> {
  const sha256 = createHash("sha256").update(content).digest("hex");
  const source = `${base}-${sha256.slice(0, 16)}${extension}`;
  const exists = await stat(source).then(
    () => true,
    () => false,
  );
  if (!exists) {
    await writeFile(`${source}.${process.pid}`, content, { mode: 0o755 });
    await rename(`${source}.${process.pid}`, source);
  }
  return { source, sha256 };
}
