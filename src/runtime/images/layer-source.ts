import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { BlobStore } from "../oci/blob-store.ts";
import type { Compression } from "../oci/compression.ts";
import { digestOf, hexOf } from "../oci/descriptor.ts";
import type { Layer } from "../oci/layer.ts";
import type { TarEntry } from "../oci/tar-entry.ts";

/** What a layer is made of. */
export type LayerSource = {
  readonly name: string;
  /** Names its inputs, so that a layer packed before need not be packed again. */
  readonly key: string;
  entries(): Promise<readonly TarEntry[]>;
};

export type LayerOptions = {
  readonly store: BlobStore;
  readonly compression: Compression;
  readonly report?: ((text: string) => void) | undefined;
};

/** Moves when the way of packing changes, so that older cached layers are not taken. */
const recipe = 1;

/** The layer of a source: from the store when it was packed before, else packed now. */
export async function layerOf(
  { name, key, entries }: LayerSource,
  { store, compression, report }: LayerOptions,
): Promise<Layer> {
  const note = join(store.directory, `layer-${hexOf(digestOf(`${recipe} ${compression} ${name} ${key}`))}.json`);
  const known = await readNote(note);
  if (known && (await store.has(known.blob.digest))) return known;
  report?.(`packing the layer with ${name}`);
  // only loaded when there is something to pack
  const { packLayer } = await import("../oci/layer.ts");
  const layer = await packLayer(await entries(), { store, compression });
  await writeFile(note, JSON.stringify(layer));
  return layer;
}

async function readNote(note: string): Promise<Layer | undefined> {
  try {
    return JSON.parse(await readFile(note, "utf8")) as Layer;
  } catch {
    return undefined;
  }
}
