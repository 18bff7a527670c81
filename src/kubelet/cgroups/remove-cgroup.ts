import { readdir, readFile, rmdir } from "node:fs/promises";
import { join } from "node:path";

/**
 * Removes a cgroup's directory and those below it. Processes that still are in one get SIGKILL (as the pod container
 * manager's tryKillingCgroupProcesses does), and the call rejects with EBUSY: they need a moment, so try again.
 */
export async function removeCgroup(directory: string): Promise<void> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) if (entry.isDirectory()) await removeCgroup(join(directory, entry.name));
  try {
    await rmdir(directory);
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code === "ENOENT") return;
    if (code === "EBUSY") await killProcesses(directory);
    throw thrown;
  }
}

async function killProcesses(directory: string): Promise<void> {
  const text = await readFile(join(directory, "cgroup.procs"), "utf8").catch(() => "");
  for (const pid of text.split("\n").map(Number)) if (pid > 1) kill(pid);
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended in the meantime.
  }
}
