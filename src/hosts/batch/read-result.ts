import type { OpResult } from "../op.ts";

export type ReadResult = Extract<OpResult, { kind: "read" }>;

/** From stat's words (mode, owner by name, owner by number, size, type) and, of a link, its target. */
export function readResult(words: readonly string[], target: string): ReadResult {
  const [bits = "", names = "", numbers = "", size = "", ...type] = words;
  const mode = Number.parseInt(bits, 8);
  const owner = knownOwner(names.split(":"), numbers.split(":"));
  switch (type.join(" ")) {
    case "symbolic link":
      return { kind: "read", state: { kind: "symlink", target } };
    case "directory":
      return { kind: "read", state: { kind: "directory", mode, owner } };
    case "regular file":
    case "regular empty file":
      return { kind: "read", state: { kind: "file", mode, owner, size: Number(size) } };
    default:
      return { kind: "read", state: { kind: "other", mode, owner } };
  }
}

/** A file's size is that of its content here: those of /proc and /sys call theirs 0 or 4096. */
export function withContent(found: ReadResult, content: Uint8Array): ReadResult {
  if (found.state.kind !== "file") return found;
  return { kind: "read", state: { ...found.state, size: content.length, content } };
}

/** From a line of sha256sum, which begins with a backslash where it had to quote the name. */
export function withSha256(found: ReadResult, line: string): ReadResult {
  if (found.state.kind !== "file") return found;
  return { kind: "read", state: { ...found.state, sha256: line.replace(/^\\/, "").slice(0, 64) } };
}

/** stat says UNKNOWN for an id without a name. */
function knownOwner(names: readonly string[], numbers: readonly string[]): string {
  return names.map((name, index) => (name === "UNKNOWN" ? (numbers[index] ?? name) : name)).join(":");
}
