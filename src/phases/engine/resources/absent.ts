import { sha256OfValue } from "../../../base/sha256.ts";
import type { Resource } from "../resource.ts";
import { stateOf } from "./path.ts";

/** Nothing at this path; a directory only with `recursive`. */
export function absent(path: string, { recursive = false } = {}): Resource {
  return {
    id: `absent:${path}`,
    hash: sha256OfValue({ path, absent: true }),
    probe: () => [{ kind: "read", path, want: "stat" }],
    diff: ([found]) => (stateOf(found).kind === "absent" ? [] : [{ kind: "unwanted" }]),
    converge: () => [{ kind: "remove", path, recursive }],
  };
}
