import type { ClusterContext } from "./cluster/cluster-context.ts";
import type { Phase } from "./engine/phase.ts";
import { images } from "./images.ts";
import { kubelet } from "./kubelet.ts";
import { preflight } from "./preflight.ts";
import { prepare } from "./prepare.ts";
import { runtime } from "./runtime.ts";

/** What every host needs before it can be a Node, whichever role it has. */
export const hostPhases: readonly Phase<ClusterContext>[] = [preflight, ...prepare, runtime, images, kubelet];
