import { spawn } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { SlipwayError } from "../base/errors.ts";

/**
 * Runs `work` while this process holds an advisory lock on `path`; others wait.
 * flock(1) holds it and ends when our end of its stdin closes, so a killed owner leaves nothing behind.
 */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  const holder = spawn("flock", ["--exclusive", path, "sh", "-c", "echo held; exec cat"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  await new Promise<void>((resolve, reject) => {
    holder.stdout.once("data", () => resolve());
    holder.once("error", reject);
    holder.once("exit", (code) => reject(lockFailed(path, `flock ended with ${code}`)));
  });
  try {
    return await work();
  } finally {
    holder.stdin.end();
  }
}

function lockFailed(path: string, got: string): SlipwayError {
  return new SlipwayError({
    code: "LAB_LOCK_FAILED",
    exit: "failure",
    message: "cannot lock the lab",
    tried: path,
    got,
  });
}
