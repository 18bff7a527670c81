import type { Op } from "../op.ts";
import { quote, quoteAll } from "../shell/quote.ts";
import { variableName } from "../shell/run-script.ts";
import { batchFunctions } from "./batch-functions.ts";

/** Ends a here-document of base64, which has no such line. */
const end = ".";

/** The script's header: it takes the rest of stdin whole before it runs any of it, so that a cut one runs nothing. */
export const batchLoader = 'eval "$(cat)"';

/**
 * The program that runs `ops` on a host in order. All of it stands in one function, whose last line is its closing
 * brace: sh refuses the lot when the end is missing. See `batchResults` for what it prints.
 */
export function batchScript(ops: readonly Op[], { keepGoing }: { keepGoing: boolean }): string {
  const calls = groups(ops).map((group) => (Array.isArray(group) ? readsCall(group) : call(group)));
  return `${batchFunctions}keepGoing=${keepGoing ? 1 : ""}\nops() {\n:\n${calls.join("\n")}\n}\nops </dev/null; finish\n`;
}

type Read = Extract<Op, { kind: "read" }>;
type Indexed<T extends Op> = { readonly op: T; readonly index: number };

/** Reads that follow each other stand in one group, every other operation alone. */
function groups(ops: readonly Op[]): (Indexed<Read>[] | Indexed<Exclude<Op, Read>>)[] {
  const all: ReturnType<typeof groups> = [];
  for (const [index, op] of ops.entries()) {
    if (op.kind !== "read") {
      all.push({ op, index });
      continue;
    }
    const last = all.at(-1);
    if (Array.isArray(last)) last.push({ op, index });
    else all.push([{ op, index }]);
  }
  return all;
}

function readsCall(group: readonly Indexed<Read>[]): string {
  const name = `reads_${group[0]?.index}`;
  const each = group.map(({ op, index }) => `"$1" ${index} ${op.want} ${quote(absolute(op.path))}`);
  return `${name}() {\n${each.join("\n")}\n}\nreads ${name}`;
}

function call({ op, index }: Indexed<Exclude<Op, Read>>): string {
  switch (op.kind) {
    case "write": {
      const size = String(Buffer.byteLength(op.content));
      const words = [absolute(op.path), mode(op.mode), op.owner ?? "root:root", size, mode(0o777 & ~op.mode)];
      return `op ${index} write ${quoteAll(words)} <<'${end}'\n${base64Line(op.content)}${end}`;
    }
    case "mkdir":
      return `op ${index} make_directory ${quoteAll([absolute(op.path), mode(op.mode), op.owner ?? "root:root"])}`;
    case "symlink":
      return `op ${index} make_symlink ${quoteAll([absolute(op.path), op.target])}`;
    case "remove":
      return `op ${index} ${op.recursive ? "remove_tree" : "remove"} ${quote(absolute(op.path))}`;
    case "run":
      return runCall(op, index);
    default:
      return op satisfies never;
  }
}

function runCall(op: Extract<Op, { kind: "run" }>, index: number): string {
  const exports = Object.entries(op.env ?? {}).map(([name, value]) => `export ${variableName(name)}=${quote(value)}; `);
  const define = `run_${index}() { ${exports.join("")}exec ${quoteAll(op.argv)}; }`;
  const input = op.stdin === undefined ? "" : ` <<'${end}'\n${base64Line(op.stdin)}${end}`;
  const ok = quote(` ${(op.okExitCodes ?? [0]).join(" ")} `);
  return `${define}\nop ${index} ${op.stdin === undefined ? "run" : "run_with_input"} ${ok} run_${index}${input}`;
}

function base64Line(content: string | Uint8Array): string {
  const text = Buffer.from(content).toString("base64");
  return text === "" ? "" : `${text}\n`;
}

function mode(bits: number): string {
  return bits.toString(8).padStart(4, "0");
}

function absolute(path: string): string {
  if (!path.startsWith("/") || path === "/" || path.includes("\0"))
    throw new TypeError(`not a path of a file: ${path}`);
  return path;
}
