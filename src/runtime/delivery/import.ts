/** Where blobs lie on a host until the runtime has taken them: an OCI layout without what the runtime has already. */
export const arrivalDirectory = "/var/lib/slipway/images";

/**
 * Replaces damaged blobs in containerd's store, imports the rest, and clears the arrival folder. containerd takes a
 * layout whose blobs are partly in its store; damaged ones it would not look at again, as it knows their names. It hashes
 * what it imports itself; what goes past it is hashed here.
 */
const script = `set -eu
arrival=$1; shift
root=$(awk -F'"' '/^root *=/ { print $2; exit }' /etc/containerd/config.toml 2>/dev/null || true)
blobs=\${root:-/var/lib/containerd}/io.containerd.content.v1.content/blobs/sha256
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
mkdir -p "$arrival/blobs"
tar --create --file - --directory "$arrival" oci-layout index.json blobs | ctr --namespace k8s.io images import -
rm -rf "$arrival"
`;

/** `corrupt`: the hex digests of the blobs to replace in place. */
export function importCommand(corrupt: readonly string[]): readonly string[] {
  return ["sh", "-c", script, "sh", arrivalDirectory, ...corrupt];
}
