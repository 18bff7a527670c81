import { sha256OfValue } from "../../../base/sha256.ts";
import { unifiedDiff } from "../../../base/unified-diff.ts";
import type { Resource } from "../resource.ts";
import { stateOf, textOf } from "./path.ts";

const begin = "# BEGIN slipway";
const end = "# END slipway";
const block = new RegExp(`^${begin}\n(?<lines>[\\s\\S]*?)^${end}\n?`, "m");

/**
 * Some lines of a file that belongs to others, between marks of ours at its end. `lines` are the wanted ones, made from
 * those that stand in the block now.
 */
export function fileBlock(
  path: string,
  name: string,
  lines: (present: readonly string[]) => readonly string[],
): Resource {
  return {
    id: `fileBlock:${path}`,
    hash: sha256OfValue({ path, name, lines: lines([]) }),
    probe: () => [{ kind: "read", path, want: "content" }],
    diff: ([found]) => {
      const text = textOf(found) ?? "";
      const diff = unifiedDiff(path, text, withBlock(text, lines(blockLines(text))));
      return diff === "" ? [] : [{ kind: "text", field: name, diff }];
    },
    converge: ([found]) => {
      const text = textOf(found) ?? "";
      const state = stateOf(found);
      const access = state.kind === "file" ? { mode: state.mode, owner: state.owner } : { mode: 0o644 };
      return [{ kind: "write", path, content: withBlock(text, lines(blockLines(text))), ...access }];
    },
    undo: [{ kind: "run", argv: ["sed", "-i", `/^${begin}$/,/^${end}$/d`, path] }],
  };
}

export function blockLines(text: string): string[] {
  return block.exec(text)?.groups?.lines?.split("\n").filter(Boolean) ?? [];
}

/** The text with the block in its place, or at the end when there was none; without lines there is no block. */
export function withBlock(text: string, lines: readonly string[]): string {
  const written = lines.length === 0 ? "" : `${[begin, ...lines, end].join("\n")}\n`;
  if (block.test(text)) return text.replace(block, () => written);
  return text === "" || text.endsWith("\n") ? `${text}${written}` : `${text}\n${written}`;
}
