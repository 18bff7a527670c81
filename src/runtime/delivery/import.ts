import { type Descriptor, type Digest, hexOf } from "../oci/descriptor.ts";
import type { Image } from "../oci/image.ts";
import { blobPath, layoutIndex, layoutMarker } from "../oci/layout.ts";
import { soundBlobs, stampFormat } from "./sound-blobs.ts";

/** Where blobs lie on a host until the runtime has taken them: an OCI layout without what the runtime has already. */
export function arrivalDirectory(runtimeRoot: string): string {
  return `${runtimeRoot}/slipway-arrival`;
}

/** From this size on, a layer costs more to send through ctr than a program start. */
const linkedFrom = 4 * 1024 * 1024;

/**
 * Has containerd take what arrived, and clears the arrival folder. A layout may lack blobs that are in its store.
 * Stdin brings the layout's small files: a line with the path, a line with the content.
 * Large blobs become hard links in the store: told of a blob whose file is there, containerd notes it without a second
 * copy (of one that could not be linked it makes one). It holds what it unpacks against the images' DiffIDs. What was
 * linked counts as sound from then on: its sender hashed it, and SSH authenticates what it carries. Should a garbage
 * collection be quicker, everything goes through ctr, as what is small does.
 * Damaged blobs are replaced in place, as containerd would not look at them again; those are hashed here first.
 */
const script = `set -eu
arrival=$1 blobs=$2/io.containerd.content.v1.content/blobs/sha256 notes=$3; shift 3
while [ "$1" != -- ]; do
  hex=$1; shift
  echo "$hex  $arrival/blobs/sha256/$hex" | sha256sum --check --status || {
    echo "blob $hex arrived damaged: the build cache of the machine that sent it is" >&2
    rm -rf "$arrival"
    exit 1
  }
  cp "$arrival/blobs/sha256/$hex" "$blobs/.mended"
  chmod 0444 "$blobs/.mended"
  mv "$blobs/.mended" "$blobs/$hex"
done
shift
# containerd makes the one with the first blob that it takes
mkdir -p "$blobs" "$arrival/blobs/sha256"
cd "$arrival"
awk 'NR % 2 { path = $0; next } { printf "%s", $0 >path; close(path) }'
take() { tar --create --file - "$@" | ctr --namespace k8s.io images import -; }
fresh= leave=
linked() {
  for large; do
    hex=\${large%:*} file=blobs/sha256/\${large%:*}
    ln "$file" "$blobs/$hex" || true
    ctr --namespace k8s.io content ingest --expected-digest "sha256:$hex" --expected-size "\${large#*:}" "slipway-$hex" <"$file" || return
    [ ! "$file" -ef "$blobs/$hex" ] || fresh="$fresh $hex"
    leave="$leave --exclude=$file"
  done
  take $leave oci-layout index.json blobs
}
linked "$@" 2>/dev/null || { fresh=; take oci-layout index.json blobs; }
rm -rf "$arrival"
[ -z "$fresh" ] && exit
mkdir -p "\${notes%/*}"
cd "$blobs"
stat --format '${stampFormat}' $fresh >>"$notes"
`;

export type Import = {
  /** The folder where the runtime keeps its data. */
  readonly root: string;
  /** Layers that arrived. */
  readonly layers: readonly Descriptor[];
  /** Those of them that replace a damaged one. */
  readonly corrupt: readonly Digest[];
};

/** The command that takes `layers`; its stdin is what `importInput` gives. */
export function importCommand({ root, layers, corrupt }: Import, notes = soundBlobs): readonly string[] {
  const large = layers.filter(({ size }) => size >= linkedFrom).map(({ digest, size }) => `${hexOf(digest)}:${size}`);
  return ["sh", "-c", script, "sh", arrivalDirectory(root), root, notes, ...corrupt.map(hexOf), "--", ...large];
}

/** Manifests, configs and index of the images; none of them has a line break. */
export function importInput(images: readonly Image[]): string {
  const documents = images.flatMap((image) => [...image.documents]);
  const files = [
    ["oci-layout", layoutMarker],
    ["index.json", layoutIndex(images)],
    ...documents.map(([digest, content]) => [blobPath(digest), Buffer.from(content).toString()]),
  ];
  return files.map((file) => `${file.join("\n")}\n`).join("");
}
