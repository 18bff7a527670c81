import { expect, test } from "vitest";
import type { CriClient } from "../../../src/kube/cri/client.ts";
import { ImageGc } from "../../../src/kubelet/images/image-gc.ts";
import { createLog } from "../../../src/kubelet/log.ts";

/** Images of 10 bytes each on a disk of 100, of which `usedBytes` are taken; the first image is in use. */
function collector(ids: readonly string[], usedBytes: number) {
  const state = { nowMs: 0 };
  const removed: string[] = [];
  const told: string[] = [];
  const present = () => ids.filter((id) => !removed.includes(id));
  const cri = {
    listImages: async () => ({ images: present().map((id) => ({ id, size: 10, pinned: false })) }),
    listContainers: async () => ({ containers: [{ imageRef: ids[0], imageId: "", image: undefined }] }),
    removeImage: async ({ image }: { image: { image: string } }) => removed.push(image.image),
  } as unknown as CriClient;
  const gc = new ImageGc({
    cri,
    highThresholdPercent: 85,
    lowThresholdPercent: 80,
    minimumAgeMs: 120_000,
    maximumAgeMs: 0,
    log: createLog(
      0,
      () => undefined,
      () => new Date(),
    ),
    now: () => state.nowMs,
    disk: () => ({ totalBytes: 100, availableBytes: 100 - usedBytes, inodes: 1, inodesFree: 1 }),
    tellNode: ({ reason, message }) => told.push(`${reason}: ${message}`),
  });
  /** Seen once before, so that images have an age. */
  const later = async (work: () => Promise<void>) => {
    await gc.run();
    told.length = 0;
    state.nowMs = 121_000;
    await work();
  };
  return { gc, later, removed, told };
}

test("above the high threshold images go until the low one is reached, and no more", async () => {
  const { gc, later, removed, told } = collector(["used", "a", "b"], 89);
  await later(() => gc.run());
  expect(removed).toEqual(["a"]);
  expect(told).toEqual([]);
});

test("below it none goes; young images never do", async () => {
  const below = collector(["used", "a"], 80);
  await below.later(() => below.gc.run());
  const young = collector(["used", "a"], 95);
  await young.gc.run();
  expect([...below.removed, ...young.removed]).toEqual([]);
});

test("what could not be freed is told as an event of the node", async () => {
  const { gc, later, removed, told } = collector(["used", "a"], 99);
  await later(() => gc.run());
  expect(removed).toEqual(["a"]);
  const words = "Attempted to free 19 bytes, but only found 10 bytes eligible to free.";
  expect(told).toEqual([`FreeDiskSpaceFailed: Failed to garbage collect required amount of images. ${words}`]);
});

test("under disk pressure every unused image goes", async () => {
  const { gc, later, removed } = collector(["used", "a", "b"], 10);
  await later(() => gc.removeUnused());
  expect(removed).toEqual(["a", "b"]);
});
