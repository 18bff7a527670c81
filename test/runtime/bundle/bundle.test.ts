import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseManifest } from "../../../src/runtime/bundle/manifest.ts";
import { readBundle } from "../../../src/runtime/bundle/read-bundle.ts";
import { writeBundle } from "../../../src/runtime/bundle/write-bundle.ts";

const facts = { slipwayVersion: "1.0.0", kubernetesVersion: "v1.36.2", packagesFor: "debian 12" };
let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-bundle-"));
  await mkdir(join(folder, "in", "deep"), { recursive: true });
  await writeFile(join(folder, "in", "a"), "alpha");
  await writeFile(join(folder, "in", "deep", "b"), Buffer.alloc(300_000, "b"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));
const path = (...parts: string[]) => join(folder, ...parts);

describe("a bundle", () => {
  it("gives back the files that it was written from", async () => {
    const written = await writeBundle(path("in"), facts, path("one.bundle"));
    const read = await readBundle(path("one.bundle"), path("out"));
    expect(read).toEqual(written);
    expect(read.kubernetesVersion).toBe("v1.36.2");
    expect(await readFile(path("out", "a"), "utf8")).toBe("alpha");
    expect(await readFile(path("out", "deep", "b"))).toHaveLength(300_000);
  });

  it("is the same file when it is written again", async () => {
    await writeBundle(path("in"), facts, path("one.bundle"));
    await writeBundle(path("in"), facts, path("two.bundle"));
    expect((await readFile(path("one.bundle"))).equals(await readFile(path("two.bundle")))).toBe(true);
  });

  it("replaces what an earlier one left", async () => {
    await mkdir(path("out"));
    await writeFile(path("out", "old"), "old");
    await writeBundle(path("in"), facts, path("one.bundle"));
    await readBundle(path("one.bundle"), path("out"));
    expect((await readdir(path("out"))).sort()).toEqual(["a", "deep"]);
  });

  it.each([0, 40, 120])("is refused when it was cut to %i bytes, and leaves what was there", async (bytes) => {
    await mkdir(path("out"));
    await writeBundle(path("in"), facts, path("one.bundle"));
    await truncate(path("one.bundle"), bytes);
    await expect(readBundle(path("one.bundle"), path("out"))).rejects.toMatchObject({
      details: { code: "BUNDLE_BROKEN" },
    });
    expect(await readdir(folder)).toContain("out");
    expect((await readdir(folder)).filter((name) => name.startsWith("out."))).toEqual([]);
  });
});

describe("a bundle's manifest", () => {
  const manifest = { schema: "slipway.dev/bundle/v1", ...facts };
  it.each([
    ["is no JSON", "hello"],
    ["is of another kind", JSON.stringify({ schema: "other", files: [] })],
    [
      "names a path outside",
      JSON.stringify({ ...manifest, files: [{ path: "../../etc/passwd", size: 1, sha256: "" }] }),
    ],
    ["names an absolute path", JSON.stringify({ ...manifest, files: [{ path: "/etc/passwd", size: 1, sha256: "" }] })],
  ])("is refused when it %s", (_, text) => {
    expect(() => parseManifest(text, "x.bundle")).toThrow(
      expect.objectContaining({ details: expect.objectContaining({ code: "BUNDLE_BROKEN" }) }),
    );
  });
});
