import type { CriClient } from "../../kube/cri/client.ts";
import type { Image } from "../../kube/cri/image.ts";
import type { PodEvent } from "../events/pod-events.ts";
import type { Log } from "../log.ts";
import type { Disk } from "../node/machine.ts";

export type ImageGcOptions = {
  readonly cri: CriClient;
  readonly highThresholdPercent: number;
  readonly lowThresholdPercent: number;
  readonly minimumAgeMs: number;
  /** 0 for none: images unused for longer go even when there is room. */
  readonly maximumAgeMs: number;
  readonly log: Log;
  readonly now: () => number;
  disk(): Disk;
  tellNode(event: PodEvent): void;
};

/** When an image was first and last seen in use. */
export type ImageRecord = { readonly firstSeenMs: number; readonly lastUsedMs: number };

/** Images by what they would be removed in: unused, old enough, least recently used first. */
export function removable(
  images: readonly Image[],
  inUse: ReadonlySet<string>,
  { records, minimumAgeMs, nowMs }: { records: ReadonlyMap<string, ImageRecord>; minimumAgeMs: number; nowMs: number },
): readonly Image[] {
  const age = (image: Image) => nowMs - (records.get(image.id)?.firstSeenMs ?? nowMs);
  return images
    .filter((image) => !image.pinned && !inUse.has(image.id) && age(image) >= minimumAgeMs)
    .sort((a, b) => (records.get(a.id)?.lastUsedMs ?? 0) - (records.get(b.id)?.lastUsedMs ?? 0));
}

/** Removes unused images when the disk fills up, and those unused for too long (images/image_gc_manager.go). */
export class ImageGc {
  readonly #options: ImageGcOptions;
  readonly #records = new Map<string, ImageRecord>();

  constructor(options: ImageGcOptions) {
    this.#options = options;
  }

  /** Frees what the thresholds ask for. */
  async run(): Promise<void> {
    const wanted = this.#bytesToFree();
    const freed = await this.#free(wanted);
    if (freed >= wanted) return;
    const message = `Failed to garbage collect required amount of images. Attempted to free ${Math.round(wanted)} bytes, but only found ${freed} bytes eligible to free.`;
    this.#options.log.error(message);
    this.#options.tellNode({ type: "Warning", reason: "FreeDiskSpaceFailed", message });
  }

  /** Removes every image that nothing uses, as the node is short of disk (DeleteUnusedImages). */
  async removeUnused(): Promise<void> {
    await this.#free(Number.POSITIVE_INFINITY);
  }

  /** Removes images until so many bytes are free, and those that are too old anyway; gives the bytes removed. */
  async #free(wantedBytes: number): Promise<number> {
    const { cri, log, minimumAgeMs, maximumAgeMs, now } = this.#options;
    const { images, inUse } = await this.#observe();
    let freed = 0;
    for (const image of removable(images, inUse, { records: this.#records, minimumAgeMs, nowMs: now() })) {
      const unusedMs = now() - (this.#records.get(image.id)?.lastUsedMs ?? now());
      if (freed >= wantedBytes && (maximumAgeMs === 0 || unusedMs < maximumAgeMs)) continue;
      log.info("Removing image to free bytes", { imageID: image.id, size: image.size });
      await cri.removeImage({ image: { image: image.id } });
      freed += image.size;
    }
    return freed;
  }

  async #observe(): Promise<{ images: readonly Image[]; inUse: ReadonlySet<string> }> {
    const { cri, now } = this.#options;
    const [{ images }, { containers }] = await Promise.all([cri.listImages({}), cri.listContainers({})]);
    const inUse = new Set(
      containers.flatMap(({ imageRef, image, imageId }) => [imageRef, imageId, image?.image ?? ""]),
    );
    for (const { id } of images) {
      const known = this.#records.get(id);
      const lastUsedMs = inUse.has(id) ? now() : (known?.lastUsedMs ?? now());
      this.#records.set(id, { firstSeenMs: known?.firstSeenMs ?? now(), lastUsedMs });
    }
    const ids = new Set(images.map(({ id }) => id));
    for (const id of this.#records.keys()) if (!ids.has(id)) this.#records.delete(id);
    return { images, inUse };
  }

  /** Above the high threshold, down to the low one. */
  #bytesToFree(): number {
    const { highThresholdPercent, lowThresholdPercent, disk } = this.#options;
    const { totalBytes, availableBytes } = disk();
    const usedPercent = 100 - Math.floor((availableBytes * 100) / totalBytes);
    if (usedPercent < highThresholdPercent) return 0;
    return (totalBytes * (100 - lowThresholdPercent)) / 100 - availableBytes;
  }
}
