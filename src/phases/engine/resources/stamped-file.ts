import { sha256 } from "../../../base/sha256.ts";
import type { Op, OpResult } from "../../../hosts/op.ts";
import { stateDirectory } from "../state-directory.ts";

/**
 * Prints mode, owner and sha256 of a file, nothing when there is none. Hashing 100 MB on every run is dear: the hash in
 * the stamp counts while size, modification time and inode are those that it was taken at.
 */
const probeScript = `path=$1 stamp=$2
[ -f "$path" ] || exit 0
stat -c '%a %U:%G' "$path"
now=$(stat -c '%s %Y %i' "$path")
if [ -r "$stamp" ] && [ "$(head -n 1 "$stamp")" = "$now" ]; then sed -n 2p "$stamp"; else sha256sum < "$path" | cut -d ' ' -f 1; fi`;

/** What arrived is held against the hash that was wished: the local file may have changed since it was taken. */
const stampScript = `path=$1 stamp=$2 mode=$3 wanted=$4
got=$(sha256sum < "$path" | cut -d ' ' -f 1)
if [ "$got" != "$wanted" ]; then
  rm -f "$path"
  echo "sha256 $got arrived instead of $wanted: the file changed on the way" >&2
  exit 1
fi
chmod "$mode" "$path" && chown root:root "$path" && mkdir -p "$(dirname "$stamp")" &&
{ stat -c '%s %Y %i' "$path"; echo "$got"; } > "$stamp"`;

/** Where the stamp of a large file lies on its host. */
export function stampOf(path: string): string {
  return `${stateDirectory}/uploads/${sha256(path).slice(0, 16)}`;
}

/** Asks what `stampedState` reads. */
export function probeStamped(path: string): Op {
  return { kind: "run", argv: ["sh", "-c", probeScript, "sh", path, stampOf(path)] };
}

/** Sets a large file's mode and owner and notes its hash; one of another hash is removed, and the operation fails. */
export function stamp(path: string, wanted: { readonly mode: number; readonly sha256: string }): Op {
  const values = [path, stampOf(path), wanted.mode.toString(8), wanted.sha256];
  return { kind: "run", argv: ["sh", "-c", stampScript, "sh", ...values] };
}

export type StampedState = { readonly mode: number; readonly owner: string; readonly sha256: string };

/** Undefined where no file stands there. */
export function stampedState(found: OpResult | undefined): StampedState | undefined {
  const [, mode, owner, digest] = found?.kind === "ran" ? (/^(\d+) (\S+)\n(\w{64})/.exec(found.stdout) ?? []) : [];
  return mode && owner && digest ? { mode: Number.parseInt(mode, 8), owner, sha256: digest } : undefined;
}
