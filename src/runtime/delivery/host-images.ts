import { type Digest, hexOf } from "../oci/descriptor.ts";
import { distinctBlobs, type Image } from "../oci/image.ts";
import { soundBlobs, stampFormat } from "./sound-blobs.ts";

/** What a host's containerd holds of the images that it should. */
export type HostImages = {
  /** The folder where the runtime keeps its data. */
  readonly root: string;
  /** Manifest digests by reference, as the runtime knows them. */
  readonly references: ReadonlyMap<string, string>;
  /** Blobs in the runtime's store whose content was read and has its digest. */
  readonly sound: ReadonlySet<string>;
  /** Blobs in the store whose content is not what their name says. */
  readonly corrupt: ReadonlySet<string>;
  /** Free bytes where the runtime keeps its data; undefined when the host did not say. */
  readonly freeBytes: number | undefined;
};

const defaultRoot = "/var/lib/containerd";

/**
 * Prints what `parseHostImages` reads. A blob is read whole and hashed unless its file is the one that was sound before
 * (`soundBlobs`). Arguments are the manifests of the images, `--`, and all blobs, as hex digests.
 */
const script = `
exec 2>/dev/null
root=$(sed -n "s/^root *= *[\\"']\\([^\\"']*\\).*/\\1/p" /etc/containerd/config.toml | head -n 1)
root=\${root:-${defaultRoot}}
echo "root $root"
near=$root; while [ ! -d "$near" ]; do near=$(dirname "$near"); done
stat --file-system --format 'free %a %S' "$near"
# a runtime that does not answer is asked once, and has nothing
listed=$(ctr --connect-timeout 5s --namespace k8s.io images list) || exit 0
images=$(echo "$listed" | awk 'NR > 1 { print "image", $1, $3 }')
echo "$images"
# a blob in the folder may be another namespace's when an image is missing in ours
known=$* lacks=
while [ "$1" != -- ]; do
  case $images in *"$1"*) ;; *) lacks=1 ;; esac
  shift
done
shift
cd "$root/io.containerd.content.v1.content/blobs/sha256" || exit 0
[ -z "$lacks" ] || known=$(ctr --namespace k8s.io content list --quiet)
for hex; do
  shift
  case $known in *"$hex"*) [ ! -f "$hex" ] || set -- "$@" "$hex" ;; esac
done
[ $# -gt 0 ] || exit 0
notes=${soundBlobs}
mkdir -p "\${notes%/*}"
touch $notes
stamps=$(stat --format '${stampFormat}' "$@")
sound=$(echo "$stamps" | grep --line-regexp --fixed-strings --file $notes)
unread=$(echo "$stamps" | grep --line-regexp --fixed-strings --invert-match --file $notes | cut -d ' ' -f 1)
[ -z "$unread" ] || sound="$sound $(sha256sum $unread | awk '$1 == $2 { print $2 }')"
echo "$stamps" | while read -r hex stamp; do
  case $sound in
    *"$hex"*) echo "$hex $stamp" >&3; echo "sound sha256:$hex" ;;
    *) echo "corrupt sha256:$hex" ;;
  esac
done 3>"$notes.$$"
mv "$notes.$$" $notes
exit 0
`;

export function hostImagesCommand(images: readonly Image[]): readonly string[] {
  const manifests = images.map(({ manifest }) => hexOf(manifest.digest));
  return ["sh", "-c", script, "sh", ...manifests, "--", ...distinctBlobs(images).map(({ digest }) => hexOf(digest))];
}

export function parseHostImages(output: string): HostImages {
  const lines = output.split("\n").map((line) => line.split(" "));
  const of = (word: string) => lines.filter(([first]) => first === word);
  const [, blocks, blockBytes] = of("free")[0] ?? [];
  return {
    root: of("root")[0]?.slice(1).join(" ") ?? defaultRoot,
    references: new Map(of("image").map(([, reference = "", digest = ""]) => [reference, digest])),
    sound: new Set(of("sound").map(([, digest = ""]) => digest)),
    corrupt: new Set(of("corrupt").map(([, digest = ""]) => digest)),
    freeBytes: blocks && blockBytes ? Number(blocks) * Number(blockBytes) : undefined,
  };
}

/** What has to be brought: images that the runtime does not know by this digest, and blobs that it lacks or has damaged. */
export function lacking(
  images: readonly Image[],
  host: HostImages,
): { images: readonly Image[]; blobs: readonly Digest[] } {
  return {
    images: images.filter(({ reference, manifest }) => host.references.get(reference) !== manifest.digest),
    blobs: distinctBlobs(images).flatMap(({ digest }) => (host.sound.has(digest) ? [] : [digest])),
  };
}

/**
 * Bytes of disk that bringing the missing blobs takes at its peak: each as it arrives and, where it can't be linked, in
 * the runtime's store, and what the layers unpack to, with a margin for the runtime's own files.
 */
export function diskNeeded(images: readonly Image[], missing: readonly Digest[]): number {
  if (missing.length === 0) return 0;
  const wanted = new Set<string>(missing);
  const compressed = distinctBlobs(images)
    .filter(({ digest }) => wanted.has(digest))
    .reduce((total, { size }) => total + 2 * size, 0);
  const layers = new Map(images.flatMap((image) => image.layers).map((layer) => [layer.blob.digest, layer.tarBytes]));
  const unpacked = missing.reduce((total, digest) => total + (layers.get(digest) ?? 0), 0);
  return compressed + unpacked + marginBytes;
}

const marginBytes = 64 * 1024 * 1024;
