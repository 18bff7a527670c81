import type { Pod } from "../../../kube/kinds/pod.ts";
import type { PersistentVolumeClaim } from "../../../kube/kinds/volume-claim.ts";
import type { StatefulSet } from "../../../kube/kinds/workloads.ts";
import type { OwnerReference } from "../../../kube/object.ts";

/** Who shall own a claim, so that it goes with the set, or with a pod that is scaled away (KEP-1847). */
export function claimOwners(
  set: StatefulSet,
  claim: PersistentVolumeClaim,
  { pod, isSurplus }: { pod: Pod | undefined; isSurplus: boolean },
): OwnerReference[] {
  const { whenDeleted = "Retain", whenScaled = "Retain" } = set.spec.persistentVolumeClaimRetentionPolicy ?? {};
  const foreign = (claim.metadata.ownerReferences ?? []).filter(
    ({ uid, kind }) => uid !== set.metadata.uid && !(kind === "Pod" && uid === pod?.metadata.uid),
  );
  if (whenScaled === "Delete" && isSurplus && pod) return [...foreign, referenceTo("v1", "Pod", pod)];
  return whenDeleted === "Delete" ? [...foreign, referenceTo("apps/v1", "StatefulSet", set)] : foreign;
}

function referenceTo(apiVersion: string, kind: string, { metadata }: Pod | StatefulSet): OwnerReference {
  return { apiVersion, kind, name: metadata.name ?? "", uid: metadata.uid ?? "" };
}
