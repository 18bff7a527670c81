import type { BlobStore } from "./blob-store.ts";
import { type Descriptor, type Digest, mediaTypes } from "./descriptor.ts";
import type { Layer } from "./layer.ts";

/** How a container of the image starts (image-spec, config.md). */
export type ImageRun = {
  readonly entrypoint?: readonly string[];
  readonly cmd?: readonly string[];
  readonly env?: readonly string[];
  readonly user?: string;
  readonly workingDir?: string;
  readonly labels?: Readonly<Record<string, string>>;
};

/** An image in a store; `reference` is `repository/name:tag`. */
export type Image = {
  readonly reference: string;
  readonly manifest: Descriptor;
  readonly config: Descriptor;
  readonly layers: readonly Layer[];
  /** The bytes of manifest and config, which are small. */
  readonly documents: ReadonlyMap<Digest, Uint8Array>;
};

/** Dated like its files, so that the same layers and settings give the same digest. */
const created = "1970-01-01T00:00:00Z";

/** Writes the config and the manifest of an image whose layers are in the store. */
export async function assembleImage(
  store: BlobStore,
  {
    reference,
    layers,
    run,
    architecture,
  }: { reference: string; layers: readonly Layer[]; run: ImageRun; architecture: string },
): Promise<Image> {
  const configBytes = json(imageConfig(layers, run, architecture));
  const config = await store.put(configBytes, mediaTypes.config);
  const manifestBytes = json(imageManifest(config, layers));
  const stored = await store.put(manifestBytes, mediaTypes.manifest);
  const manifest = { ...stored, platform: { architecture, os: "linux" } };
  const documents = new Map([
    [config.digest, configBytes],
    [manifest.digest, manifestBytes],
  ]);
  return { reference, manifest, config, layers, documents };
}

export function imageConfig(layers: readonly Layer[], run: ImageRun, architecture: string): unknown {
  return {
    created,
    architecture,
    os: "linux",
    config: {
      ...(run.user ? { User: run.user } : {}),
      Env: run.env ?? ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
      ...(run.entrypoint ? { Entrypoint: run.entrypoint } : {}),
      ...(run.cmd ? { Cmd: run.cmd } : {}),
      ...(run.workingDir ? { WorkingDir: run.workingDir } : {}),
      ...(run.labels ? { Labels: run.labels } : {}),
    },
    rootfs: { type: "layers", diff_ids: layers.map(({ diffId }) => diffId) },
    history: layers.map(() => ({ created, created_by: "slipway images build" })),
  };
}

export function imageManifest(config: Descriptor, layers: readonly Layer[]): unknown {
  return { schemaVersion: 2, mediaType: mediaTypes.manifest, config, layers: layers.map(({ blob }) => blob) };
}

/** Every blob that the image needs: manifest, config, layers. */
export function blobsOf(image: Image): readonly Descriptor[] {
  return [image.manifest, image.config, ...image.layers.map(({ blob }) => blob)];
}

/** Each blob of many images once. */
export function distinctBlobs(images: readonly Image[]): readonly Descriptor[] {
  return [...new Map(images.flatMap(blobsOf).map((blob) => [blob.digest, blob])).values()];
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}
