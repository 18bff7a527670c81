import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { descendantsOf, processes } from "../../tools/processes.ts";

test("tells what runs below a process, and what each waits in", async () => {
  const shell = spawn("sh", ["-c", "sleep 60 & echo; wait"], { stdio: ["ignore", "pipe", "ignore"], detached: true });
  try {
    await once(shell.stdout, "data");
    const below = descendantsOf(process.pid, processes());
    expect(below).toContainEqual(expect.objectContaining({ pid: shell.pid, parent: process.pid, state: "S" }));
    expect(below).toContainEqual(expect.objectContaining({ parent: shell.pid, cpuSeconds: 0 }));
  } finally {
    process.kill(-(shell.pid ?? 0), "SIGKILL");
  }
});
