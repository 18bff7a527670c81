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
  const calls = groups(ops)
    .flatMap((group) => (group.length > 1 ? readsCall(group) : group.map(call)))
    .join("\n");
  return `${batchFunctions}keepGoing=${keepGoing ? 1 : ""}\nops() {\n:\n${calls}\n}\nbegin && ops </dev/null; finish\n`;
}

type Indexed<T extends Op = Op> = { readonly op: T; readonly index: number };
type Read = Extract<Op, { kind: "read" }>;

/** Reads that follow each other stand in one group, every other operation alone. */
function groups(ops: readonly Op[]): Indexed[][] {
  const all: Indexed[][] = [];
  for (const [index, op] of ops.entries()) {
    const last = all.at(-1);
    if (last?.[0] && isGroupable(op) && isGroupable(last[0].op)) last.push({ op, index });
    else all.push([{ op, index }]);
  }
  return all;
}

/** The kernel's own files have no true size, by which the contents of a group are told apart. */
function isGroupable(op: Op): op is Read {
  return op.kind === "read" && !/^\/(proc|sys|dev)\//.test(op.path);
}

function readsCall(group: readonly Indexed[]): string {
  const reads = group.filter((one): one is Indexed<Read> => one.op.kind === "read");
  const name = `reads_${reads[0]?.index}`;
  const words = reads.flatMap(({ op, index }) => [String(index), op.want, op.path]);
  return `${name}() {\n${reads.map(call).join("\n")}\n}\nreads ${name} ${quoteAll(words)}`;
}

function call({ op, index }: Indexed): string {
  switch (op.kind) {
    case "read":
      return `op ${index} read_${op.want} ${quote(absolute(op.path))}`;
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
