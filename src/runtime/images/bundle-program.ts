import { mkdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import type { BuildFailure } from "esbuild";
import { SlipwayError } from "../../base/errors.ts";
import { sha256, sha256OfValue } from "../../base/sha256.ts";

/** Paths inside of bundles are relative to this, so that a bundle is the same wherever the command is called. */
const root = join(import.meta.dirname, "..", "..", "..");

/** `createRequire` serves libraries in CommonJS, which an ES module can't load otherwise. */
const banner = `#!/usr/local/bin/node
import{createRequire as slipwayRequire}from"node:module";const require=slipwayRequire(import.meta.url);`;

const settings = {
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node24",
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: "none",
  banner: { js: banner },
  absWorkingDir: root,
} as const;

/** A file that a bundle was made from, as it was then. */
type Stamp = { readonly path: string; readonly size: number; readonly mtimeMs: number };
type Note = { readonly sources: readonly Stamp[]; readonly bundle: string };

/**
 * One program as one file, to be run by Node; taken from `cache` when no source of it was touched since.
 * Rejects with PROGRAM_NOT_BUILT where a source can't be read or parsed.
 */
export async function bundleProgram(entryPoint: string, cache?: string): Promise<Uint8Array> {
  if (!cache) return (await bundled(entryPoint)).content;
  const note = join(cache, `bundle-${sha256OfValue({ entryPoint, settings }).slice(0, 16)}.json`);
  const known = await remembered(note);
  if (known) return known;
  const { content, sources } = await bundled(entryPoint);
  await mkdir(cache, { recursive: true });
  const bundle = join(cache, `bundle-${sha256(content)}.mjs`);
  await replace(bundle, content);
  await replace(note, JSON.stringify({ sources: await Promise.all(sources.map(stampOf)), bundle } satisfies Note));
  return content;
}

async function bundled(entryPoint: string): Promise<{ content: Uint8Array; sources: readonly string[] }> {
  // only loaded when there is something to bundle
  const { build } = await import("esbuild");
  const { outputFiles, metafile } = await build({
    ...settings,
    entryPoints: [entryPoint],
    write: false,
    metafile: true,
    logLevel: "silent",
  }).catch((thrown: BuildFailure) => {
    throw notBuilt(entryPoint, thrown);
  });
  const sources = Object.keys(metafile.inputs).map((path) => join(root, path));
  return { content: outputFiles[0]?.contents ?? new Uint8Array(), sources };
}

function notBuilt(entryPoint: string, failure: BuildFailure): SlipwayError {
  const [first] = failure.errors ?? [];
  const place = first?.location ? `${first.location.file}:${first.location.line}:${first.location.column}: ` : "";
  return new SlipwayError(
    {
      code: "PROGRAM_NOT_BUILT",
      exit: "failure",
      message: "a program of the distribution can't be bundled",
      tried: relative(root, entryPoint),
      got: first ? `${place}${first.text}` : failure.message,
      remedy: "mend the source that is named, or take one that was not changed",
    },
    { cause: failure },
  );
}

async function remembered(note: string): Promise<Uint8Array | undefined> {
  try {
    const { sources, bundle } = JSON.parse(await readFile(note, "utf8")) as Note;
    const now = await Promise.all(sources.map(({ path }) => stampOf(path)));
    const isTouched = now.some(({ size, mtimeMs }, index) => {
      const then = sources[index];
      return then?.size !== size || then.mtimeMs !== mtimeMs;
    });
    return isTouched ? undefined : await readFile(bundle);
  } catch {
    return undefined;
  }
}

async function stampOf(path: string): Promise<Stamp> {
  const { size, mtimeMs } = await stat(path);
  return { path, size, mtimeMs };
}

/** By rename, so that a reader never sees a half. */
async function replace(path: string, content: string | Uint8Array): Promise<void> {
  await writeFile(`${path}.${process.pid}`, content);
  await rename(`${path}.${process.pid}`, path);
}
