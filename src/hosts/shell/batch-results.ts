import type { Op, OpResult, PathState } from "../op.ts";

/** What a batch printed, as one result for each operation; `undefined` when it was cut before its end. */
export function batchResults(ops: readonly Op[], output: string): readonly OpResult[] | undefined {
  const results: OpResult[] = ops.map(() => ({ kind: "notRun" }));
  let sections: string[] = [];
  let lines: string[] = [];
  for (const line of output.split("\n")) {
    if (line === "= end") return results;
    if (line === "-" || line.startsWith("=")) {
      sections.push(lines.join(""));
      lines = [];
    } else {
      lines.push(line);
    }
    if (!line.startsWith("=")) continue;
    const [, index = "", ...status] = line.split(" ");
    const op = ops[Number(index)];
    if (op) results[Number(index)] = result(op, status, sections.map(decode));
    sections = [];
  }
  return undefined;
}

function result(op: Op, status: readonly string[], sections: readonly Buffer[]): OpResult {
  const [kind, ...words] = status;
  switch (kind) {
    case "done":
      return { kind };
    case "absent":
      return { kind: "read", state: { kind } };
    case "state":
      return { kind: "read", state: pathState(op, words, sections[0] ?? Buffer.alloc(0)) };
    case "ran":
      return {
        kind,
        exitCode: Number(words[0]),
        stdout: text(sections[0]),
        stderr: text(sections[1]),
        durationMs: Math.round((Number(words[2]) - Number(words[1])) * 1000),
      };
    default:
      return failure(op, words[0], text(sections.at(-1)));
  }
}

function failure(op: Op, code: string | undefined, said: string): OpResult {
  const tried = op.kind === "run" ? op.argv.join(" ") : `${op.kind} ${op.path}`;
  const exit = code ? { exitCode: Number(code), stderr: said } : {};
  return { kind: "failed", tried, got: said.trim() || (code ? `exit code ${code}` : "no reason given"), ...exit };
}

/** From stat's words: mode, owner by name, owner by number, size, type. */
function pathState(op: Op, words: readonly string[], found: Buffer): PathState {
  const [bits = "", names = "", numbers = "", size = "", ...type] = words;
  const mode = Number.parseInt(bits, 8);
  const owner = knownOwner(names.split(":"), numbers.split(":"));
  switch (type.join(" ")) {
    case "symbolic link":
      return { kind: "symlink", target: found.toString() };
    case "directory":
      return { kind: "directory", mode, owner };
    case "regular file":
    case "regular empty file":
      return { kind: "file", mode, owner, size: Number(size), ...asked(op, found) };
    default:
      return { kind: "other", mode, owner };
  }
}

/** stat says UNKNOWN for an id without a name. */
function knownOwner(names: readonly string[], numbers: readonly string[]): string {
  return names.map((name, index) => (name === "UNKNOWN" ? (numbers[index] ?? name) : name)).join(":");
}

function asked(op: Op, found: Buffer): { content?: Uint8Array; sha256?: string; size?: number } {
  if (op.kind !== "read" || op.want === "stat") return {};
  // Files of /proc and /sys give their size as 0 or 4096.
  if (op.want === "content") return { content: found, size: found.length };
  return { sha256: found.toString("latin1", 0, 64) };
}

function decode(base64: string): Buffer {
  return Buffer.from(base64, "base64");
}

function text(section: Buffer | undefined): string {
  return section?.toString() ?? "";
}
