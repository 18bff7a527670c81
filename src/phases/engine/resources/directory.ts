import { sha256OfValue } from "../../../base/sha256.ts";
import type { Resource } from "../resource.ts";
import { accessDifferences, kindDifference, stateOf } from "./path.ts";

/** A directory with this mode and owner; what stands in it is left alone. */
export function directory(path: string, access: { mode?: number; owner?: string } = {}): Resource {
  const wanted = { mode: access.mode ?? 0o755, owner: access.owner ?? "root:root" };
  return {
    id: `directory:${path}`,
    hash: sha256OfValue({ path, ...wanted }),
    probe: () => [{ kind: "read", path, want: "stat" }],
    diff: ([found]) => {
      const state = stateOf(found);
      return state.kind === "directory" ? accessDifferences(state, wanted) : [kindDifference(state, "directory")];
    },
    converge: () => [{ kind: "mkdir", path, ...wanted }],
    undo: [{ kind: "run", argv: ["rmdir", "--ignore-fail-on-non-empty", "--", path] }],
  };
}
