import { sha256OfValue } from "../../../base/sha256.ts";
import type { Resource } from "../resource.ts";
import { accessDifferences, kindDifference, stateOf } from "./path.ts";

/** A large file that is streamed from this machine: a bundle, a binary, an image archive. `sha256` is of the local file. */
export function uploadedFile(path: string, local: { source: string; sha256: string; mode?: number }): Resource {
  const mode = local.mode ?? 0o644;
  return {
    id: `file:${path}`,
    hash: sha256OfValue({ path, digest: local.sha256, mode }),
    probe: () => [{ kind: "read", path, want: "sha256" }],
    diff: ([found]) => {
      const state = stateOf(found);
      if (state.kind !== "file") return [kindDifference(state, "file")];
      const access = accessDifferences(state, { mode, owner: "root:root" });
      if (state.sha256 === local.sha256) return access;
      return [
        { kind: "field", field: "sha256", from: state.sha256?.slice(0, 12) ?? "", to: local.sha256.slice(0, 12) },
        ...access,
      ];
    },
    transfers: () => [{ source: local.source, path, mode }],
    converge: () => [],
    undo: [{ kind: "remove", path }],
  };
}
