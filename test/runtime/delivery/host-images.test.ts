import { describe, expect, it } from "vitest";
import { diskNeeded, lacking, parseHostImages } from "../../../src/runtime/delivery/host-images.ts";
import type { Digest } from "../../../src/runtime/oci/descriptor.ts";
import type { Image } from "../../../src/runtime/oci/image.ts";

const digest = (letter: string): Digest => `sha256:${letter.repeat(64)}`;
const blob = (letter: string, size: number) => ({ mediaType: "x", digest: digest(letter), size });
const image: Image = {
  reference: "slipway.local/a:1",
  manifest: blob("a", 100),
  config: blob("b", 100),
  layers: [{ blob: blob("c", 1_000_000), diffId: digest("d"), tarBytes: 3_000_000 }],
  documents: new Map(),
};
const complete = ["a", "b", "c"].map((letter) => `sound ${digest(letter)}`).join("\n");

describe("what a host lacks", () => {
  it("is everything when its runtime says nothing", () => {
    const missing = lacking([image], parseHostImages(""));
    expect(missing).toEqual({ images: [image], blobs: [digest("a"), digest("b"), digest("c")] });
  });

  it("is nothing when image and blobs are there", () => {
    const host = parseHostImages(`free 100 4096\nimage ${image.reference} ${digest("a")}\n${complete}`);
    expect(lacking([image], host)).toEqual({ images: [], blobs: [] });
    expect(host.freeBytes).toBe(409_600);
  });

  it("is looked for in the runtime's own folder", () => {
    expect(parseHostImages("root /data/container d\n").root).toBe("/data/container d");
    expect(parseHostImages("").root).toBe("/var/lib/containerd");
  });

  it("is the damaged blob alone when one is damaged", () => {
    const text = complete.replace(`sound ${digest("c")}`, `corrupt ${digest("c")}`);
    const host = parseHostImages(`image ${image.reference} ${digest("a")}\n${text}`);
    expect(lacking([image], host)).toEqual({ images: [], blobs: [digest("c")] });
  });

  it("is the name alone when another build has it", () => {
    const host = parseHostImages(`image ${image.reference} ${digest("f")}\n${complete}`);
    expect(lacking([image], host)).toEqual({ images: [image], blobs: [] });
  });
});

describe("disk needed", () => {
  it("counts a blob on arrival, in the store and unpacked, and a margin", () => {
    expect(diskNeeded([image], [digest("c")])).toBe(2_000_000 + 3_000_000 + 64 * 1024 * 1024);
  });

  it("is nothing when nothing is missing", () => {
    expect(diskNeeded([image], [])).toBe(0);
  });
});
