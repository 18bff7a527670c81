import { globSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { run } from "../command.ts";
import { type AptSource, mirrorSettings, parseDeb822, parseSourcesList, sourceLine, sourcesOf } from "./apt-sources.ts";

/** How this machine reaches Debian, for a root of the given release. */
export type Apt = { readonly lines: readonly string[]; readonly settings: readonly string[] };

/** Reads this machine's own apt configuration; no lines when it has none for that release (mmdebstrap then knows best). */
export async function readApt(release: string): Promise<Apt> {
  const lists = await readAll(["/etc/apt/sources.list", "/etc/apt/sources.list.d/*.list"], parseSourcesList);
  const stanzas = await readAll(["/etc/apt/sources.list.d/*.sources"], parseDeb822);
  const dump = await run(["apt-config", "dump"]);
  return {
    lines: [...new Set(sourcesOf(release, [...lists, ...stanzas]).map(sourceLine))],
    settings: mirrorSettings(dump),
  };
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
