import type { RenderedFile } from "../../base/rendered-file.ts";

/** /usr/bin/kubelet for the embedded kubelet: starts its bundle with the Node that stands beside it. */
export function kubeletLauncher(version: string): RenderedFile {
  const home = `/opt/slipway/${version}`;
  return {
    path: "/usr/bin/kubelet",
    mode: 0o755,
    content: `#!/bin/sh\nexec ${home}/node ${home}/kubelet.mjs "$@"\n`,
  };
}
