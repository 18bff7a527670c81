import { mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Payload, writePayload } from "../../../src/kubelet/volumes/atomic-writer.ts";
import { prepareHostPath } from "../../../src/kubelet/volumes/host-path.ts";
import { payloadOf, safePath } from "../../../src/kubelet/volumes/payload.ts";
import { resolveSubPath } from "../../../src/kubelet/volumes/sub-path.ts";

let directory = "";
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "kubelet-volumes-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const payload = (files: Record<string, string>, mode = 0o644): Payload =>
  new Map(Object.entries(files).map(([path, text]) => [path, { content: Buffer.from(text), mode }]));

describe("writing a payload", () => {
  test("files appear through one link, with their modes", async () => {
    expect(await writePayload(directory, payload({ a: "1", "deep/b": "2" }, 0o400))).toBe(true);
    expect(await readFile(join(directory, "a"), "utf8")).toBe("1");
    expect(await readFile(join(directory, "deep/b"), "utf8")).toBe("2");
    expect(await readlink(join(directory, "a"))).toBe("..data/a");
    expect((await stat(join(directory, "a"))).mode & 0o777).toBe(0o400);
  });

  test("nothing is written when nothing changed", async () => {
    await writePayload(directory, payload({ a: "1" }));
    const before = await readlink(join(directory, "..data"));
    expect(await writePayload(directory, payload({ a: "1" }))).toBe(false);
    expect(await readlink(join(directory, "..data"))).toBe(before);
  });

  test("a change swaps the link and leaves nothing behind", async () => {
    await writePayload(directory, payload({ a: "1", b: "1" }));
    expect(await writePayload(directory, payload({ a: "2", c: "3" }))).toBe(true);
    const names = (await readdir(directory)).sort();
    expect(names.slice(1)).toEqual(["..data", "a", "c"]);
    expect(names).toHaveLength(4);
    expect(await readFile(join(directory, "a"), "utf8")).toBe("2");
  });
});

test("items choose keys, paths and modes", () => {
  const source = { what: "config", data: new Map([["k", Buffer.from("v")]]), defaultMode: 0o644 };
  expect([...payloadOf({ ...source, items: undefined, optional: false })]).toEqual([
    ["k", { content: Buffer.from("v"), mode: 0o644 }],
  ]);
  const items = [{ key: "k", path: "a/b", mode: 0o600 }];
  expect([...payloadOf({ ...source, items, optional: false }).keys()]).toEqual(["a/b"]);
  const missing = [{ key: "none", path: "x" }];
  expect(() => payloadOf({ ...source, items: missing, optional: false })).toThrow(
    "references non-existent config key: none",
  );
  expect(payloadOf({ ...source, items: missing, optional: true }).size).toBe(0);
  expect(() => safePath("../out")).toThrow("invalid path");
});

describe("a subPath", () => {
  test("is made with the volume's permissions where it is missing", async () => {
    await mkdir(join(directory, "volume"), { mode: 0o770 });
    const path = await resolveSubPath(join(directory, "volume"), "a/b");
    expect(path).toBe(join(directory, "volume/a/b"));
    expect((await stat(path)).mode & 0o777).toBe((await stat(join(directory, "volume"))).mode & 0o777);
  });

  test("may be a file, or a link inside the volume", async () => {
    await writeFile(join(directory, "file"), "");
    await symlink("file", join(directory, "link"));
    expect(await resolveSubPath(directory, "link")).toBe(join(directory, "file"));
  });

  test.each(["/etc", "../out", "a/../../out"])("%s is refused", async (path) => {
    await expect(resolveSubPath(directory, path)).rejects.toThrow("must be relative and must not contain '..'");
  });

  test("a link that leads out of the volume is refused, also halfway", async () => {
    await mkdir(join(directory, "volume"));
    await symlink("/etc", join(directory, "volume/out"));
    await expect(resolveSubPath(join(directory, "volume"), "out/x")).rejects.toThrow("leads out of the volume");
  });
});

describe("a hostPath", () => {
  test("is made where its type says so, and else must be what it says", async () => {
    await prepareHostPath(join(directory, "d"), "DirectoryOrCreate");
    expect((await stat(join(directory, "d"))).isDirectory()).toBe(true);
    await prepareHostPath(join(directory, "f"), "FileOrCreate");
    expect((await stat(join(directory, "f"))).isFile()).toBe(true);
    await prepareHostPath(join(directory, "none"), "");
    await expect(prepareHostPath(join(directory, "none"), "Directory")).rejects.toThrow("is not a directory");
    await expect(prepareHostPath(join(directory, "d"), "File")).rejects.toThrow("is not a file");
    await expect(prepareHostPath(join(directory, "f"), "Socket")).rejects.toThrow("is not a socket file");
    await expect(prepareHostPath(join(directory, "f"), "DirectoryOrCreate")).rejects.toThrow("is not a directory");
    await prepareHostPath("/dev/null", "CharDevice");
  });
});
