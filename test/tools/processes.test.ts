import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { until } from "../../src/base/until.ts";
import { descendantsOf, processes } from "../../tools/processes.ts";

test("tells what runs below a process, and what each waits in", async () => {
  const shell = spawn("sh", ["-c", "sleep 60 & echo; wait"], { stdio: ["ignore", "pipe", "ignore"], detached: true });
  try {
    await once(shell.stdout, "data");
    const shellSleeps = () =>
      descendantsOf(process.pid, processes()).find(({ pid, state }) => pid === shell.pid && state === "S");
    // On a busy machine it still runs for a while after its first word.
    const found = await until(shellSleeps, { for: "the shell to wait", withinMs: 20_000 });
    expect(found).toMatchObject({ parent: process.pid });
    const below = descendantsOf(process.pid, processes());
    expect(below).toContainEqual(expect.objectContaining({ parent: shell.pid, cpuSeconds: 0 }));
  } finally {
    process.kill(-(shell.pid ?? 0), "SIGKILL");
  }
});
