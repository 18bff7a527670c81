import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { CgroupManager } from "../../../src/kubelet/cgroups/cgroup-manager.ts";
import { createLog } from "../../../src/kubelet/log.ts";

let root = "";
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "kubelet-cgroups-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** Plain directories in place of the kernel's trees. */
function manager(controllers: readonly string[]): CgroupManager {
  const mounts = new Map(controllers.map((name) => [name, join(root, name)]));
  return new CgroupManager(
    { version: 1, mounts },
    "cgroupfs",
    createLog(
      0,
      () => undefined,
      () => new Date(),
    ),
  );
}

test("limits are written into the files of their controllers", async () => {
  await manager(["memory", "cpu"]).ensure(["kubepods", "pod1"], { cpuShares: 512, memoryLimitBytes: 1024 });
  expect(await readFile(join(root, "cpu/kubepods/pod1/cpu.shares"), "utf8")).toBe("512");
  expect(await readFile(join(root, "memory/kubepods/pod1/memory.limit_in_bytes"), "utf8")).toBe("1024");
});

test("a limit that can't be set is an error: the pod would run without it", async () => {
  // A directory in the file's place takes no text.
  const file = join(root, "memory/kubepods/pod1/memory.limit_in_bytes");
  await mkdir(file, { recursive: true });
  await expect(manager(["memory"]).ensure(["kubepods", "pod1"], { memoryLimitBytes: 1024 })).rejects.toThrow(
    `failed to write "1024" to "${file}": EISDIR`,
  );
});
