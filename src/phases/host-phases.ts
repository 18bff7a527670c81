import type { ClusterContext } from "./cluster/cluster-context.ts";
import type { Phase } from "./engine/phase.ts";
import { environment } from "./host-settings/environment.ts";
import { files } from "./host-settings/files.ts";
import { hooksBefore } from "./host-settings/hooks.ts";
import { images } from "./images.ts";
import { imagesRestart } from "./images-restart.ts";
import { kubelet } from "./kubelet.ts";
import { packageArchive } from "./package-archive.ts";
import { preflight } from "./preflight.ts";
import { prepare } from "./prepare.ts";
import { runtime } from "./runtime.ts";

/** What every host needs before it can be a Node, whichever role it has. */
export const hostPhases: readonly Phase<ClusterContext>[] = [
  preflight,
  environment,
  hooksBefore,
  packageArchive,
  ...prepare,
  files,
  runtime,
  images,
  imagesRestart,
  kubelet,
];
