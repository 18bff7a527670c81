import { sha256, sha256OfValue } from "../../../base/sha256.ts";
import { unifiedDiff } from "../../../base/unified-diff.ts";
import type { PathState } from "../../../hosts/op.ts";
import type { Difference, Resource } from "../resource.ts";
import { accessDifferences, kindDifference, stateOf } from "./path.ts";

/** Above this a file is compared by its sha256 and a plan shows sizes instead of a diff. */
const largestDiffedBytes = 64 * 1024;

export type FileWish = {
  readonly content: string | Uint8Array;
  /** 0644 unless given. */
  readonly mode?: number;
  /** `user:group`; root:root unless given. */
  readonly owner?: string;
  /** Compared by hash; a plan says only that it differs. */
  readonly secret?: boolean;
};

/** A regular file with exactly this content, mode and owner. */
export function file(path: string, { content, mode = 0o644, owner = "root:root", secret = false }: FileWish): Resource {
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  const digest = sha256(bytes);
  const isDiffed = !secret && typeof content === "string" && bytes.length <= largestDiffedBytes;
  return {
    id: `file:${path}`,
    hash: sha256OfValue({ path, digest, mode, owner }),
    probe: () => [{ kind: "read", path, want: isDiffed ? "content" : "sha256" }],
    diff: ([found]) => {
      const state = stateOf(found);
      if (state.kind !== "file") return [kindDifference(state, "file")];
      const content = secret ? secretDifference(state, digest) : contentDifference({ path, state, bytes, digest });
      return [...content, ...accessDifferences(state, { mode, owner })];
    },
    converge: ([found]) => [
      ...(stateOf(found).kind === "symlink" ? [{ kind: "remove", path } as const] : []),
      { kind: "write", path, content, mode, owner },
    ],
    undo: [{ kind: "remove", path }],
  };
}

type FileState = Extract<PathState, { kind: "file" }>;

function secretDifference(state: FileState, digest: string): Difference[] {
  return state.sha256 === digest ? [] : [{ kind: "secret", field: "content" }];
}

type Comparison = { path: string; state: FileState; bytes: Uint8Array; digest: string };

function contentDifference({ path, state, bytes, digest }: Comparison): Difference[] {
  const found = state.content;
  if ((found ? sha256(found) : state.sha256) === digest) return [];
  if (found === undefined || found.length > largestDiffedBytes) {
    return [{ kind: "field", field: "content", from: `${state.size} bytes`, to: `${bytes.length} bytes` }];
  }
  const text = (raw: Uint8Array) => Buffer.from(raw).toString("utf8");
  return [{ kind: "text", field: "content", diff: unifiedDiff(path, text(found), text(bytes)) }];
}
