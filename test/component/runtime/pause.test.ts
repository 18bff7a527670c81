import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, it } from "vitest";
import { until } from "../../../src/base/until.ts";
import { pauseProgram } from "../../../src/runtime/images/pause.ts";

let folder = "";
let pause = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-pause-"));
  pause = join(folder, "pause");
  await writeFile(pause, pauseProgram(), { mode: 0o755 });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What rt_sigtimedwait is called on x86-64, as /proc/<pid>/syscall begins. */
const waitingForSignals = "128 ";

/** Runs a script as PID 1 of a namespace that ends in `exec pause`; gives pause's pid out here once it waits for signals. */
async function asInit(script: string) {
  const outer = execa("unshare", ["--pid", "--fork", "--kill-child", "sh", "-c", `${script} exec ${pause}`], {
    timeout: 100_000,
  });
  const pid = await until(
    async () => {
      const child = Number(await readFile(`/proc/${outer.pid}/task/${outer.pid}/children`, "utf8"));
      const isWaiting = child > 0 && (await readFile(`/proc/${child}/syscall`, "utf8")).startsWith(waitingForSignals);
      return isWaiting && (await readFile(`/proc/${child}/comm`, "utf8")) === "pause\n" && child;
    },
    { for: "pause as PID 1", withinMs: 60_000, everyMs: 10 },
  );
  return { outer, pid };
}

it.each(["SIGTERM", "SIGINT"] as const)("ends at once with exit code 0 on %s, even as PID 1", async (signal) => {
  const { outer, pid } = await asInit("");
  const began = performance.now();
  process.kill(pid, signal);
  expect((await outer).exitCode).toBe(0);
  expect(performance.now() - began).toBeLessThan(5_000);
});

it("reaps children that lost their parent", async () => {
  const { outer, pid } = await asInit("for n in 1 2 3; do (sleep 0.3 &) ; done;");
  const children = async () => (await readFile(`/proc/${pid}/task/${pid}/children`, "utf8")).trim();
  await until(async () => (await children()) === "", { for: "no child, not even a dead one", withinMs: 60_000 });
  process.kill(pid, "SIGTERM");
  await outer;
});
