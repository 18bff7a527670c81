import { join } from "node:path";
import { debianPackages } from "../debian/package-cache.ts";
import { type BlobStore, blobStore } from "../oci/blob-store.ts";
import type { Compression } from "../oci/compression.ts";
import { assembleImage, type Image } from "../oci/image.ts";
import type { Layer } from "../oci/layer.ts";
import { distributionImages, distributionPackages, type ImageSource } from "./distribution.ts";
import { type LayerSource, layerOf } from "./layer-source.ts";
import { nodeLayer, pinnedNode } from "./node-layer.ts";
import { existingPrograms, programsLayer } from "./programs.ts";

export type BuildOptions = {
  /** Where packages and layers are kept between builds, e.g. ~/.cache/slipway. */
  readonly cache: string;
  readonly kubernetesVersion: string;
  readonly compression: Compression;
  readonly report?: (text: string) => void;
};

/** Images and the store that holds their blobs. */
export type ImageSet = { readonly images: readonly Image[]; readonly store: BlobStore };

/** The only architecture that the pinned Node and our machine code exist for. */
export const architecture = "amd64";

const componentsRoot = join(import.meta.dirname, "..", "..", "components");

/** Builds the embedded distribution; what has not changed since the last build comes from the cache. */
export async function buildImages({ cache, kubernetesVersion, compression, report }: BuildOptions): Promise<ImageSet> {
  const store = await blobStore(join(cache, "oci"));
  const [programs, node, packages] = await Promise.all([
    existingPrograms(componentsRoot),
    pinnedNode(),
    debianPackages(join(cache, "debian"), distributionPackages, architecture),
  ]);
  const byName = new Map(packages.map((one) => [one.name, one]));
  const sources = distributionImages({
    kubernetesVersion,
    programs,
    programsLayer: await programsLayer(componentsRoot, programs, join(cache, "programs")),
    nodeLayer: nodeLayer(node),
    packageNamed: (name) => byName.get(name) as (typeof packages)[number],
  });
  const layers = await distinctLayers(sources, (source) => layerOf(source, { store, compression, report }));
  const images = await Promise.all(
    sources.map(({ reference, layers: own, run }) =>
      assembleImage(store, {
        reference,
        layers: own.map(({ name }) => layers.get(name) as Layer),
        run,
        architecture,
      }),
    ),
  );
  return { images, store };
}

/** Packs each layer once, one after the other: the compressor alone fills a core. */
async function distinctLayers(
  sources: readonly ImageSource[],
  pack: (source: LayerSource) => Promise<Layer>,
): Promise<ReadonlyMap<string, Layer>> {
  const packed = new Map<string, Layer>();
  for (const source of sources.flatMap((image) => image.layers)) {
    if (!packed.has(source.name)) packed.set(source.name, await pack(source));
  }
  return packed;
}
