/**
 * A vitest reporter that writes down, in a few lines each, what failed and what passed only at a second try. The gate
 * repeats them as its last words: of a long log people often see, and machines often keep, only the end.
 */
import { appendFileSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";
import type { Reporter, TestCase, TestModule } from "vitest/node";

/** Names the file that the lines are added to. Without it nothing is written. */
export const failuresFile = "SLIPWAY_FAILURES_FILE";

type Thrown = { readonly message: string; readonly diff?: string };

export class Failures implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly Thrown[]): void {
    const file = process.env[failuresFile];
    if (file === undefined) return;
    const lines = [
      ...modules.flatMap((module) => [
        ...module.errors().map((error) => digest(`FAILED ${module.relativeModuleId}`, [error])),
        ...[...module.children.allTests()].flatMap(ofTest),
      ]),
      ...unhandled.map((error) => digest("FAILED outside of the tests", [error])),
    ];
    if (lines.length > 0) appendFileSync(file, `${lines.join("\n")}\n`);
  }
}

function ofTest(test: TestCase): string[] {
  const name = `${test.module.relativeModuleId} > ${test.fullName}`;
  const { state, errors = [] } = test.result();
  if (state === "failed") return [digest(`FAILED ${name}`, errors)];
  return test.diagnostic()?.flaky ? [digest(`FLAKY (passed at a second try) ${name}`, errors)] : [];
}

/** What a command says of what went wrong stands in the middle of its output. */
const reason = /^\s*(error|got|tried):|\b(failed|refused|timed out)\b/;

/** Of a message the first and the last lines and those that tell why, of a diff only what differs. */
export function digest(title: string, errors: readonly Thrown[]): string {
  const [{ message = "no error was given", diff = "" } = {}] = errors;
  const said = plain(message);
  const reasons = said
    .slice(4, -2)
    .filter((line) => reason.test(line))
    .slice(0, 6);
  const ends = said.length > 7 ? [...said.slice(0, 4), "…", ...reasons, ...said.slice(-2)] : said;
  const differing = plain(diff).filter((line) => /^[-+] (?!Expected$|Received$)/.test(line));
  return [title, ...[...ends, ...differing.slice(0, 8)].map((line) => `  ${line.slice(0, 180)}`)].join("\n");
}

function plain(text: string): string[] {
  return stripVTControlCharacters(text)
    .split("\n")
    .filter((line) => line.trim() !== "");
}
