import { execFileSync } from "node:child_process";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { supportEntries, writeSupportArchive } from "../../../src/apply/support/write-support-archive.ts";

describe("writeSupportArchive", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "slipway-support-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("writes what tar reads, only for its owner, without secrets", async () => {
    const path = join(folder, "a.tar.gz");
    const token = "abcdef.0123456789abcdef";
    await writeSupportArchive(path, supportEntries("a", [{ path: "hosts/cp1/x.log", text: `joined with ${token}\n` }]));
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const read = execFileSync("tar", ["-xzOf", path, "a/hosts/cp1/x.log"], { encoding: "utf8", timeout: 20_000 });
    expect(read).toBe("joined with abcdef.[redacted]\n");
  });
});
