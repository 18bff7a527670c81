import { sha256OfValue } from "../../../base/sha256.ts";
import type { Resource } from "../resource.ts";
import { kindDifference, stateOf } from "./path.ts";

/** A symbolic link to `target`, as readlink would print it. */
export function symlink(path: string, target: string): Resource {
  return {
    id: `symlink:${path}`,
    hash: sha256OfValue({ path, target }),
    probe: () => [{ kind: "read", path, want: "stat" }],
    diff: ([found]) => {
      const state = stateOf(found);
      if (state.kind !== "symlink") return [kindDifference(state, "symlink")];
      return state.target === target ? [] : [{ kind: "field", field: "target", from: state.target, to: target }];
    },
    converge: () => [{ kind: "symlink", path, target }],
    undo: [{ kind: "remove", path }],
  };
}
