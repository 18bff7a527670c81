import type { Node } from "../../../kube/kinds/node.ts";
import type { Pod } from "../../../kube/kinds/pod.ts";
import type { PersistentVolume, PersistentVolumeClaim, StorageClass } from "../../../kube/kinds/volume-claim.ts";
import { matchesNodeSelector } from "../../../kube/scheduling/node-selector.ts";
import { canBind, smallestFit } from "../../../kube/volumes/match-volume.ts";
import { type FilterPlan, type Plugin, passes, rejection } from "../framework/plugin.ts";
import type { Snapshot, Volumes } from "../state/snapshot.ts";

const nodeConflict = rejection("node(s) didn't match PersistentVolume's node affinity", { unresolvable: true });
const noVolume = rejection("node(s) didn't find available persistent volumes to bind", { unresolvable: true });
const volumeGone = rejection("node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)", {
  unresolvable: true,
});

/** Bound volumes must be reachable from the node; claims that wait for their first consumer must find or get one there. */
export const volumeBinding: Plugin = {
  name: "VolumeBinding",
  retryOn: ["Volumes", "NodeAdded", "NodeLabels"],
  filter({ pod }, snapshot) {
    const keys = claimKeys(pod);
    if (keys.length === 0) return passes;
    const claims: PersistentVolumeClaim[] = [];
    for (const key of keys) {
      const claim = snapshot.volumes.claim(key);
      if (!claim) return { kind: "rejects", reason: `persistentvolumeclaim "${key.split("/")[1]}" not found` };
      claims.push(claim);
    }
    return planFor(claims, snapshot);
  },
};

function planFor(claims: readonly PersistentVolumeClaim[], { volumes }: Snapshot): FilterPlan {
  if (claims.some(({ metadata }) => metadata.deletionTimestamp)) {
    const name = claims.find(({ metadata }) => metadata.deletionTimestamp)?.metadata.name;
    return { kind: "rejects", reason: `persistentvolumeclaim "${name}" is being deleted` };
  }
  const bound = claims.filter(isBound);
  const unbound = claims.filter((claim) => !isBound(claim));
  if (unbound.some((claim) => !waitsForConsumer(claim, volumes))) {
    return { kind: "rejects", reason: "pod has unbound immediate PersistentVolumeClaims" };
  }
  return {
    kind: "checks",
    check: ({ node }) => {
      for (const { spec } of bound) {
        const volume = volumes.volume(spec.volumeName ?? "");
        if (!volume) return volumeGone;
        if (!reaches(volume, node)) return nodeConflict;
      }
      return bindingsOn(node, unbound, volumes) ? undefined : noVolume;
    },
  };
}

/** Which volume each waiting claim takes on a node, or that one must be provisioned there. */
export type Binding = { readonly claim: PersistentVolumeClaim; readonly volume: PersistentVolume | "provision" };

/** How the waiting claims of a pod can be met on a node; undefined when one can't. */
export function bindingsOn(
  node: Node,
  claims: readonly PersistentVolumeClaim[],
  volumes: Volumes,
): Binding[] | undefined {
  const taken = new Set<string | undefined>();
  const bindings: Binding[] = [];
  for (const claim of claims) {
    const candidates = volumes
      .availableVolumes(claim.spec.storageClassName ?? "")
      .filter((volume) => !taken.has(volume.metadata.name) && canBind(volume, claim) && reaches(volume, node));
    const volume = smallestFit(candidates) ?? (canProvision(claim, node, volumes) ? "provision" : undefined);
    if (volume === undefined) return undefined;
    if (volume !== "provision") taken.add(volume.metadata.name);
    bindings.push({ claim, volume });
  }
  return bindings;
}

/** The waiting claims of a pod that is about to be bound. */
export function waitingClaims(pod: Pod, volumes: Volumes): PersistentVolumeClaim[] {
  return claimKeys(pod).flatMap((key) => {
    const claim = volumes.claim(key);
    return claim && !isBound(claim) ? [claim] : [];
  });
}

/** The keys of the claims that a pod's volumes name, those of its generic ephemeral volumes included. */
export function claimKeys({ spec, metadata }: Pod): string[] {
  return (spec.volumes ?? []).flatMap(({ name, persistentVolumeClaim, ephemeral }) => {
    const claim = persistentVolumeClaim?.claimName ?? (ephemeral ? `${metadata.name}-${name}` : undefined);
    return claim === undefined ? [] : [`${metadata.namespace}/${claim}`];
  });
}

function isBound({ spec, metadata }: PersistentVolumeClaim): boolean {
  return Boolean(spec.volumeName) && metadata.annotations?.["pv.kubernetes.io/bind-completed"] !== undefined;
}

function waitsForConsumer({ spec }: PersistentVolumeClaim, volumes: Volumes): boolean {
  if (spec.volumeName) return false;
  return volumes.storageClass(spec.storageClassName ?? "")?.volumeBindingMode === "WaitForFirstConsumer";
}

function reaches({ spec }: PersistentVolume, node: Node): boolean {
  return spec.nodeAffinity?.required === undefined || matchesNodeSelector(spec.nodeAffinity.required, node);
}

function canProvision({ spec }: PersistentVolumeClaim, node: Node, volumes: Volumes): boolean {
  const storageClass = volumes.storageClass(spec.storageClassName ?? "");
  if (!storageClass || storageClass.provisioner === "kubernetes.io/no-provisioner") return false;
  return isAllowedTopology(storageClass, node);
}

function isAllowedTopology({ allowedTopologies = [] }: StorageClass, { metadata }: Node): boolean {
  if (allowedTopologies.length === 0) return true;
  return allowedTopologies.some(({ matchLabelExpressions = [] }) =>
    matchLabelExpressions.every(({ key, values }) => values.includes(metadata.labels?.[key] ?? "")),
  );
}
