import { glob, readFile } from "node:fs/promises";
import { isAbsolute, join } from "node:path";

/** How deep files may include each other; ssh has the same limit. */
const maxDepth = 16;

/** The operator's ~/.ssh/config with what it includes; empty where there is none. */
export function readSshConfig(home: string): Promise<string> {
  return readIncluding(join(home, ".ssh", "config"), home, 0);
}

async function readIncluding(path: string, home: string, depth: number): Promise<string> {
  const text = await readFile(path, "utf8").catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === "ENOENT") return "";
    throw thrown;
  });
  const lines = text.split("\n").map(async (line) => {
    const patterns = /^\s*include(?:\s+|\s*=\s*)(.+)$/i.exec(line)?.[1];
    return patterns === undefined || depth >= maxDepth ? line : included(patterns.trim(), home, depth + 1);
  });
  return (await Promise.all(lines)).join("\n");
}

/** Paths of an Include are relative to ~/.ssh and may hold wildcards. */
async function included(patterns: string, home: string, depth: number): Promise<string> {
  const texts: string[] = [];
  for (const word of patterns.match(/"[^"]*"|\S+/g) ?? []) {
    const pattern = word.replace(/^"(.*)"$/, "$1").replace(/^~\//, `${home}/`);
    const paths = await Array.fromAsync(glob(isAbsolute(pattern) ? pattern : join(home, ".ssh", pattern)));
    for (const path of paths.sort()) texts.push(await readIncluding(path, home, depth));
  }
  return texts.join("\n");
}
