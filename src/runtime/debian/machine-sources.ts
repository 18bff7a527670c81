import { globSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { type AptSource, parseDeb822, parseSourcesList } from "./apt-sources.ts";

/** Where this machine has its own packages from; nothing on a machine without apt. */
export async function machineSources(): Promise<readonly AptSource[]> {
  const lists = await readAll(["/etc/apt/sources.list", "/etc/apt/sources.list.d/*.list"], parseSourcesList);
  const stanzas = await readAll(["/etc/apt/sources.list.d/*.sources"], parseDeb822);
  return [...lists, ...stanzas];
}

async function readAll(
  patterns: string[],
  parse: (text: string) => readonly AptSource[],
): Promise<readonly AptSource[]> {
  const texts = await Promise.all(
    globSync(patterns)
      .sort()
      .map((path) => readFile(path, "utf8")),
  );
  return texts.flatMap(parse);
}
