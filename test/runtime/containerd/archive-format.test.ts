import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { configFormatOfArchive } from "../../../src/runtime/containerd/archive-format.ts";
import { gzippedTar } from "../gzipped-tar.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-archive-format-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function formatOf(content: string | Buffer) {
  const file = join(folder, "archive");
  await writeFile(file, content);
  return configFormatOfArchive(file);
}

it.each([
  ["3 for a program of containerd's second module", "bin/containerd", "github.com/containerd/containerd/v2/cmd", 3],
  ["2 for one of the first", "bin/containerd", "github.com/containerd/containerd/cmd", 2],
  [
    "the program's own, however the archive writes its path",
    "./bin/containerd",
    "github.com/containerd/containerd/v2/",
    3,
  ],
])("is %s", async (_, path, module, format) => {
  const program = "x".repeat(70_000) + module + "x".repeat(70_000);
  expect(await formatOf(await gzippedTar({ "bin/ctr": "containerd/v2/", [path]: program }))).toBe(format);
});

it.each([
  ["an archive without the program", () => gzippedTar({ "containerd-2.1.4/bin/containerd": "" })],
  ["something that is not gzipped", async () => "a page that says: not found"],
  ["an archive that was cut", async () => (await gzippedTar({ "bin/a": "a".repeat(9_000) })).subarray(0, 40)],
])("refuses %s", async (_, content) => {
  await expect(formatOf(await content())).rejects.toMatchObject({ details: { code: "ARCHIVE_UNFIT" } });
});
