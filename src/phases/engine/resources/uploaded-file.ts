import { sha256, sha256OfValue } from "../../../base/sha256.ts";
import type { OpResult } from "../../../hosts/op.ts";
import type { Difference, Resource } from "../resource.ts";
import { stateDirectory } from "../state-directory.ts";
import { accessDifferences } from "./path.ts";

/**
 * Prints mode, owner and sha256 of a file, nothing when there is none. Hashing 100 MB on every run is dear: the hash in
 * the stamp counts while size, modification time and inode are those that it was taken at.
 */
const probeScript = `path=$1 stamp=$2
[ -f "$path" ] || exit 0
stat -c '%a %U:%G' "$path"
now=$(stat -c '%s %Y %i' "$path")
if [ -r "$stamp" ] && [ "$(head -n 1 "$stamp")" = "$now" ]; then sed -n 2p "$stamp"; else sha256sum < "$path" | cut -d ' ' -f 1; fi`;

const stampScript = `path=$1 stamp=$2 mode=$3
chmod "$mode" "$path" && chown root:root "$path" && mkdir -p "$(dirname "$stamp")" &&
{ stat -c '%s %Y %i' "$path"; sha256sum < "$path" | cut -d ' ' -f 1; } > "$stamp"`;

/** A large file that is streamed from this machine: a bundle, a binary, an image archive. `sha256` is of the local file. */
export function uploadedFile(path: string, local: { source: string; sha256: string; mode?: number }): Resource {
  const wanted = { mode: local.mode ?? 0o644, owner: "root:root" };
  const stamp = `${stateDirectory}/uploads/${sha256(path).slice(0, 16)}`;
  return {
    id: `file:${path}`,
    hash: sha256OfValue({ path, digest: local.sha256, mode: wanted.mode }),
    probe: () => [{ kind: "run", argv: ["sh", "-c", probeScript, "sh", path, stamp] }],
    diff: ([found]) => {
      const state = printed(found);
      if (state === undefined) return [{ kind: "missing" }];
      const access = accessDifferences(state, wanted);
      return state.sha256 === local.sha256 ? access : [contentDifference(state.sha256, local.sha256), ...access];
    },
    transfers: (differences) =>
      differences.every(isAccess) ? [] : [{ source: local.source, path, mode: wanted.mode }],
    converge: () => [{ kind: "run", argv: ["sh", "-c", stampScript, "sh", path, stamp, wanted.mode.toString(8)] }],
    undo: [
      { kind: "remove", path },
      { kind: "remove", path: stamp },
    ],
  };
}

function printed(found: OpResult | undefined): { mode: number; owner: string; sha256: string } | undefined {
  const [, mode, owner, digest] = found?.kind === "ran" ? (/^(\d+) (\S+)\n(\w{64})/.exec(found.stdout) ?? []) : [];
  return mode && owner && digest ? { mode: Number.parseInt(mode, 8), owner, sha256: digest } : undefined;
}

function contentDifference(from: string, to: string): Difference {
  return { kind: "field", field: "sha256", from: from.slice(0, 12), to: to.slice(0, 12) };
}

function isAccess(difference: Difference): boolean {
  return difference.kind === "field" && (difference.field === "mode" || difference.field === "owner");
}
