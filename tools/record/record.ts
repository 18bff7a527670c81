/**
 * Records a real run of a command as docs/<name>.cast (asciinema) and docs/<name>.svg (animated, for the README):
 * node tools/record/record.ts demo -- npm run --silent demo
 */
import { spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { asciicast, type Screen } from "./asciicast.ts";
import { type Line, withShortPauses } from "./line.ts";
import { sessionSvg } from "./svg.ts";

const screen: Screen = { columns: 130, rows: 36 };
const longestPauseMs = 1_500;

const [name = "", separator, ...argv] = process.argv.slice(2);
if (separator !== "--" || argv.length === 0) {
  console.error("usage: record.ts NAME -- COMMAND [ARGUMENT...]");
  process.exit(64);
}
const lines = withShortPauses(await record(argv), longestPauseMs);
const docs = join(import.meta.dirname, "../../docs");
await writeFile(join(docs, `${name}.cast`), asciicast(lines, screen, argv.join(" ")));
await writeFile(join(docs, `${name}.svg`), sessionSvg(lines, screen));
console.log(`${lines.length} lines recorded`);

/** Runs the command, shows what it writes, and gives its lines; fails when it does. */
async function record([program = "", ...rest]: readonly string[]): Promise<readonly Line[]> {
  const start = performance.now();
  const told: Line[] = [{ atMs: 0, text: `$ ${[program, ...rest].join(" ")}` }];
  const child = spawn(program, rest, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise<number | null>((resolve, reject) => child.once("close", resolve).once("error", reject));
  for await (const text of createInterface({ input: child.stdout })) {
    console.log(text);
    told.push({ atMs: performance.now() - start, text });
  }
  const exitCode = await ended;
  if (exitCode !== 0) throw new Error(`${program} ended with ${exitCode}: nothing is recorded`);
  return told;
}
