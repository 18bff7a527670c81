import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { until } from "../../../src/base/until.ts";
import { localHost } from "../../../src/hosts/local.ts";
import { uploadReceive } from "../../../src/hosts/upload/upload-script.ts";

test("what an attempt still writes after its connection broke reaches neither the target nor the next attempt", async () => {
  const folder = await mkdtemp(join(tmpdir(), "slipway-upload-"));
  const host = await localHost({ kind: "local", name: "cp1" }, { home: folder, env: {}, user: "root" });
  try {
    const path = join(folder, "there", "target");
    const content = randomBytes(3_000_000);
    await writeFile(join(folder, "source"), content);
    const target = { path, mode: 0o644, owner: "root:root" };
    const left = spawn("sh", ["-c", uploadReceive(target, content.length)], {
      stdio: ["pipe", "ignore", "ignore"],
      timeout: 60_000,
    });
    left.stdin.write(content.subarray(0, 2_000_000));
    const partial = async () => (await readdir(join(folder, "there"))).find((name) => name.startsWith(".target."));
    const brought = async () => {
      const name = await partial();
      return name !== undefined && (await readFile(join(folder, "there", name))).length >= 1_048_576;
    };
    await until(brought, { for: "the first piece on disk", withinMs: 60_000, everyMs: 20 });

    const sent = await host.upload(join(folder, "source"), path, { mode: 0o644 });
    expect(sent).toEqual({ kind: "sent", bytes: content.length - 1_048_576 });
    left.stdin.end(randomBytes(1_000_000));
    expect(await once(left, "exit")).toEqual([74, null]);
    expect((await readFile(path)).equals(content)).toBe(true);
    expect(await readdir(join(folder, "there"))).toEqual(["target"]);
  } finally {
    await host.close();
    await rm(folder, { recursive: true });
  }
});
