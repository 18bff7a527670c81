import type { Op, OpResult } from "../op.ts";
import { ReadGroup } from "./read-group.ts";
import { type ReadResult, readResult, withContent, withSha256 } from "./read-result.ts";

/** What a batch printed, as one result for each operation; `undefined` when it was cut before its end. */
export function batchResults(ops: readonly Op[], output: string): readonly OpResult[] | undefined {
  const results = new Results(ops);
  let sections: string[][] = [];
  let lines: string[] = [];
  for (const line of output.split("\n")) {
    if (line === "= end") return results.all();
    if (line !== "-" && !line.startsWith("= ")) {
      lines.push(line);
      continue;
    }
    sections.push(lines);
    lines = [];
    if (line === "-") continue;
    results.take(line.slice(2).split(" "), sections);
    sections = [];
  }
  return undefined;
}

class Results {
  readonly #ops: readonly Op[];
  readonly #results: OpResult[];
  readonly #group = new ReadGroup();

  constructor(ops: readonly Op[]) {
    this.#ops = ops;
    this.#results = ops.map(() => ({ kind: "notRun" }));
  }

  all(): readonly OpResult[] {
    return this.#results;
  }

  take([what = "", ...words]: readonly string[], sections: readonly string[][]): void {
    const [lines = []] = sections;
    switch (what) {
      case "hashes":
        this.#group.takeHashes(words.map(Number), lines);
        break;
      case "found":
        this.#group.takeFound(words, decode(lines));
        break;
      case "states":
        for (const [index, result] of this.#group.takeStates(words.map(Number), lines)) this.#results[index] = result;
        break;
      case "absent":
        for (const index of words.map(Number)) this.#results[index] = { kind: "read", state: { kind: "absent" } };
        break;
      case "dropped":
        this.#group.drop();
        break;
      default: {
        const op = this.#ops[Number(what)];
        if (op) this.#results[Number(what)] = singleResult(op, words, sections);
      }
    }
  }
}

function singleResult(op: Op, [kind, ...words]: readonly string[], sections: readonly string[][]): OpResult {
  const bytes = sections.map(decode);
  switch (kind) {
    case "done":
      return { kind };
    case "absent":
      return { kind: "read", state: { kind } };
    case "state":
      return asked(op, readResult(words, text(bytes[0])), bytes[0] ?? Buffer.alloc(0));
    case "ran":
      return {
        kind,
        exitCode: Number(words[0]),
        stdout: text(bytes[0]),
        stderr: text(bytes[1]),
        durationMs: Math.round((Number(words[2]) - Number(words[1])) * 1000),
      };
    default:
      return failure(op, words[0], text(bytes.at(-1)));
  }
}

function asked(op: Op, found: ReadResult, bytes: Buffer): OpResult {
  if (op.kind !== "read" || op.want === "stat") return found;
  return op.want === "content" ? withContent(found, bytes) : withSha256(found, bytes.toString("latin1"));
}

function failure(op: Op, code: string | undefined, said: string): OpResult {
  const tried = op.kind === "run" ? op.argv.join(" ") : `${op.kind} ${op.path}`;
  const exit = code ? { exitCode: Number(code), stderr: said } : {};
  return { kind: "failed", tried, got: said.trim() || (code ? `exit code ${code}` : "no reason given"), ...exit };
}

function decode(base64: readonly string[]): Buffer {
  return Buffer.from(base64.join(""), "base64");
}

function text(section: Buffer | undefined): string {
  return section?.toString() ?? "";
}
