/** Where blobs lie on a host until the runtime has taken them: an OCI layout without what the runtime has already. */
export function arrivalDirectory(runtimeRoot: string): string {
  return `${runtimeRoot}/slipway-arrival`;
}

/** From this size on, a layer costs more to send through ctr than a program start. */
const linkedFrom = "256k";

/**
 * Has containerd take what arrived, and clears the arrival folder. A layout may lack blobs that are in its store.
 * Large blobs become hard links in the store: told of a blob whose file is there, containerd notes it without a second
 * copy (of one that could not be linked it makes one). It holds what it unpacks against the images' DiffIDs, and the
 * look after the import hashes every new blob. Should a garbage collection be quicker, everything goes through ctr.
 * Damaged blobs are replaced in place, as containerd would not look at them again; those are hashed first.
 */
const script = `set -eu
arrival=$1 blobs=$2/io.containerd.content.v1.content/blobs/sha256; shift 2
for hex in "$@"; do
  echo "$hex  $arrival/blobs/sha256/$hex" | sha256sum --check --status || {
    echo "blob $hex arrived damaged: the build cache of the machine that sent it is" >&2
    rm -rf "$arrival"
    exit 1
  }
  cp "$arrival/blobs/sha256/$hex" "$blobs/.mended"
  chmod 0444 "$blobs/.mended"
  mv "$blobs/.mended" "$blobs/$hex"
done
# containerd makes the one with the first blob that it takes
mkdir -p "$blobs" "$arrival/blobs"
cd "$arrival"
take() { tar --create --file - "$@" | ctr --namespace k8s.io images import -; }
linked() {
  for file in $(find blobs -type f -size +${linkedFrom}); do
    hex=\${file##*/}
    ln "$file" "$blobs/$hex" || true
    size=$(stat --format %s "$file")
    ctr --namespace k8s.io content ingest --expected-digest "sha256:$hex" --expected-size "$size" "slipway-$hex" <"$file" || return
  done
  take oci-layout index.json $(find blobs -type f ! -size +${linkedFrom})
}
linked 2>/dev/null || take oci-layout index.json blobs
rm -rf "$arrival"
`;

/** `corrupt`: the hex digests of the blobs to replace in place. */
export function importCommand(runtimeRoot: string, corrupt: readonly string[]): readonly string[] {
  return ["sh", "-c", script, "sh", arrivalDirectory(runtimeRoot), runtimeRoot, ...corrupt];
}
