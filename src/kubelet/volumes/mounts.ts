import { execFile } from "node:child_process";
import { readFile, rm } from "node:fs/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Mount points at or below `directory`, deepest first. */
export async function mountsBelow(directory: string): Promise<string[]> {
  const table = await readFile("/proc/self/mountinfo", "utf8");
  return table
    .split("\n")
    .map((line) => unescapeOctal(line.split(" ")[4] ?? ""))
    .filter((point) => point === directory || point.startsWith(`${directory}/`))
    .sort((a, b) => b.length - a.length);
}

/** The kernel writes blanks in paths as octal escapes. */
function unescapeOctal(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

export async function isMountPoint(directory: string): Promise<boolean> {
  return (await mountsBelow(directory)).includes(directory);
}

/** A tmpfs at `directory`, for what must not reach a disk. */
export async function mountTmpfs(directory: string, sizeBytes?: number): Promise<void> {
  const size = sizeBytes ? ["-o", `size=${sizeBytes}`] : [];
  await run("mount", ["-t", "tmpfs", ...size, "tmpfs", directory]);
}

/** Unmounts everything at and below `directory`, then removes it. */
export async function removeTree(directory: string): Promise<void> {
  for (const point of await mountsBelow(directory))
    await run("umount", [point]).catch(() => run("umount", ["-l", point]));
  await rm(directory, { recursive: true, force: true });
}
