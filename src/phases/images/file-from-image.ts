import { sha256OfValue } from "../../base/sha256.ts";
import { ctrAt } from "../../runtime/delivery/ctr.ts";
import type { Resource } from "../engine/resource.ts";
import { accessDifferences } from "../engine/resources/path.ts";
import { probeStamped, stamp, stampedState, stampOf } from "../engine/resources/stamped-file.ts";
import { contentDifference } from "../engine/resources/uploaded-file.ts";

export type ImageFile = {
  /** An image that the host's containerd holds. */
  readonly reference: string;
  /** The file in it, without a leading slash. */
  readonly inImage: string;
  readonly sha256: string;
  readonly mode: number;
  /** Where that containerd listens. */
  readonly socket: string;
};

/** Through a view of the image's layers, and into place only when the hash holds. */
const script = `set -eu
view=$(mktemp -d /run/slipway-view.XXXXXX)
trap 'ctr --namespace k8s.io images unmount --rm "$view" >/dev/null 2>&1 || true; rmdir "$view"; rm -f "$3.part"' EXIT
ctr --namespace k8s.io images mount "$1" "$view" >/dev/null
mkdir -p "$(dirname "$3")"
cp "$view/$2" "$3.part"
echo "$4  $3.part" | sha256sum --check --quiet
chmod "$5" "$3.part"
mv -f "$3.part" "$3"
`;

/** A file of an image that is on the host already: copied there, so that it need not be sent a second time. */
export function fileFromImage(path: string, { reference, inImage, sha256, mode, socket }: ImageFile): Resource {
  return {
    id: `file:${path}`,
    hash: sha256OfValue({ path, digest: sha256, mode }),
    probe: () => [probeStamped(path)],
    diff: ([found]) => {
      const state = stampedState(found);
      if (state === undefined) return [{ kind: "missing" }];
      const access = accessDifferences(state, { mode, owner: "root:root" });
      return state.sha256 === sha256 ? access : [contentDifference(state.sha256, sha256), ...access];
    },
    converge: () => [
      {
        kind: "run",
        argv: ["sh", "-c", script, "sh", reference, inImage, path, sha256, mode.toString(8)],
        env: ctrAt(socket),
      },
      stamp(path, { mode, sha256 }),
    ],
    undo: [
      { kind: "remove", path },
      { kind: "remove", path: stampOf(path) },
    ],
  };
}
