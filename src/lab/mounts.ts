import { readFile } from "node:fs/promises";
import { run } from "./command.ts";

export type Overlay = {
  /** Read-only directories, topmost first. */
  readonly lowers: readonly string[];
  readonly upper: string;
  readonly work: string;
  readonly at: string;
};

export async function mountOverlay({ lowers, upper, work, at }: Overlay): Promise<void> {
  const options = `lowerdir=${lowers.join(":")},upperdir=${upper},workdir=${work}`;
  await run(["mount", "-t", "overlay", "slipway-lab", "-o", options, at]);
}

export async function isMounted(path: string): Promise<boolean> {
  return (await mountPoints()).includes(path);
}

/** Unmounts `path` and everything under it, deepest first; what is still busy goes when its last user does. */
export async function unmountBelow(path: string): Promise<void> {
  const below = (await mountPoints()).filter((point) => point === path || point.startsWith(`${path}/`));
  for (const point of below.reverse()) await run(["umount", "--lazy", point]);
}

/** Mount points of this machine in the order they were made. */
async function mountPoints(): Promise<readonly string[]> {
  return parseMountInfo(await readFile("/proc/self/mountinfo", "utf8"));
}

/** The fifth field of each line of mountinfo (proc(5)), its octal escapes resolved. */
export function parseMountInfo(text: string): readonly string[] {
  return text
    .split("\n")
    .map((line) => line.split(" ")[4])
    .filter((point) => point !== undefined)
    .map((point) =>
      point.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8))),
    );
}
