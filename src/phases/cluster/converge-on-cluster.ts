import type { KubeObject } from "../../kube/object.ts";
import type { ClusterChange, Mode, Target } from "../engine/phase.ts";
import type { Identity } from "./cluster-api.ts";
import type { ClusterContext } from "./cluster-context.ts";
import { adminClient, isNewCluster } from "./first-control-plane.ts";
import { allCreated, convergeObjects } from "./objects.ts";

/** Makes objects exist in the cluster; in the plan of a cluster that does not exist yet all of them are new. */
export async function convergeOnCluster(
  context: ClusterContext,
  target: Target,
  { mode, objects, identity = "admin" }: { mode: Mode; objects: readonly KubeObject[]; identity?: Identity },
): Promise<readonly ClusterChange[]> {
  if (mode === "plan" && (await isNewCluster(context))) return allCreated(objects);
  return convergeObjects(await adminClient(context, target, identity), objects, mode);
}
