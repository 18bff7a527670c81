import { sha256OfValue } from "../../../base/sha256.ts";
import type { Difference, Resource } from "../resource.ts";
import { accessDifferences } from "./path.ts";
import { probeStamped, stamp, stampedState, stampOf } from "./stamped-file.ts";

/** A large file that is streamed from this machine: a bundle, a binary, an image archive. `sha256` is of the local file. */
export function uploadedFile(path: string, local: { source: string; sha256: string; mode?: number }): Resource {
  const wanted = { mode: local.mode ?? 0o644, owner: "root:root" };
  return {
    id: `file:${path}`,
    hash: sha256OfValue({ path, digest: local.sha256, mode: wanted.mode }),
    probe: () => [probeStamped(path)],
    diff: ([found]) => {
      const state = stampedState(found);
      if (state === undefined) return [{ kind: "missing" }];
      const access = accessDifferences(state, wanted);
      return state.sha256 === local.sha256 ? access : [contentDifference(state.sha256, local.sha256), ...access];
    },
    transfers: (differences) =>
      differences.every(isAccess) ? [] : [{ source: local.source, path, mode: wanted.mode }],
    converge: () => [stamp(path, { mode: wanted.mode, sha256: local.sha256 })],
    undo: [
      { kind: "remove", path },
      { kind: "remove", path: stampOf(path) },
    ],
  };
}

export function contentDifference(from: string, to: string): Difference {
  return { kind: "field", field: "sha256", from: from.slice(0, 12), to: to.slice(0, 12) };
}

function isAccess(difference: Difference): boolean {
  return difference.kind === "field" && (difference.field === "mode" || difference.field === "owner");
}
