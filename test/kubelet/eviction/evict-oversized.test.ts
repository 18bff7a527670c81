import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Pod } from "../../../src/kubelet/api/pod.ts";
import { sourceAnnotation } from "../../../src/kubelet/api/pod.ts";
import { evictOversized } from "../../../src/kubelet/eviction/evict-oversized.ts";
import { createLog } from "../../../src/kubelet/log.ts";
import { kubeletPaths } from "../../../src/kubelet/volumes/paths.ts";
import { pod, uid } from "../sample.ts";

let root = "";
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "kubelet-eviction-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** Looks at one pod that has filled its emptyDir with real bytes; gives what was told and done. */
async function evict(wanted: Pod): Promise<string[]> {
  const paths = kubeletPaths(root);
  const volume = paths.volumeDir(uid, "kubernetes.io/empty-dir", "small");
  await mkdir(volume, { recursive: true });
  await writeFile(join(volume, "file"), Buffer.alloc(64 * 1024, 1));
  const done: string[] = [];
  await evictOversized({
    paths,
    podLogsDir: join(root, "logs"),
    cri: { listContainerStats: async () => ({ stats: [] }) },
    log: createLog(
      0,
      (line) => done.push(line.trim().replace(/^\S+ \S+ /, "")),
      () => new Date(),
    ),
    events: { pod: (_, { reason, message }) => done.push(`${reason}: ${message}`), container: () => undefined },
    verdicts: { fail: (_, { reason }) => done.push(`failed as ${reason}`) },
    workers: { active: () => [wanted], terminate: (_, grace) => done.push(`ended within ${grace} s`) },
  });
  return done;
}

const volumes = [{ name: "small", emptyDir: { sizeLimit: "16Ki" } }];

test("a pod above a limit fails as Evicted and gets a second to end", async () => {
  const told = 'Evicted: Usage of EmptyDir volume "small" exceeds the limit "16Ki". ';
  expect(await evict(pod({ volumes }))).toEqual([told, "failed as Evicted", "ended within 1 s"]);
  expect(await evict(pod({ volumes: [{ name: "small", emptyDir: { sizeLimit: "1Mi" } }] }))).toEqual([]);
});

test("static and critical pods stay, as nothing would bring them back", async () => {
  const words = '"Eviction manager: cannot evict a critical pod" pod="default/web"';
  expect(await evict(pod({ volumes }, { annotations: { [sourceAnnotation]: "file" } }))).toEqual([words]);
  expect(await evict(pod({ volumes, priority: 2_000_000_000 }))).toEqual([words]);
});
