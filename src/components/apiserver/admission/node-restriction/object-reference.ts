import { type Fields, listAt, mapAt } from "../../defaulting/missing.ts";

const volumeSources: readonly (readonly [source: string, kind: string])[] = [
  ["secret", "secrets"],
  ["configMap", "configmaps"],
  ["persistentVolumeClaim", "persistentvolumeclaims"],
  ["ephemeral", "persistentvolumeclaims"],
];
const projectedSources: readonly (readonly [source: string, kind: string])[] = [
  ["secret", "secrets"],
  ["configMap", "configmaps"],
  ["clusterTrustBundle", "clustertrustbundles"],
];

/** The kind of the first other object of the API that a pod's spec refers to; undefined when there is none. */
export function objectReference(spec: Fields): string | undefined {
  if (spec.serviceAccountName) return "serviceaccounts";
  if (listAt(spec, "imagePullSecrets").length > 0) return "secrets";
  if (listAt(spec, "resourceClaims").length > 0) return "resourceclaims";
  return volumeReference(listAt(spec, "volumes")) ?? environmentReference(spec);
}

function volumeReference(volumes: readonly Fields[]): string | undefined {
  const projected = volumes.flatMap((volume) => listAt(mapAt(volume, "projected"), "sources"));
  const direct = volumeSources.find(([source]) => volumes.some((volume) => mapAt(volume, source)));
  return (direct ?? projectedSources.find(([source]) => projected.some((one) => mapAt(one, source))))?.[1];
}

function environmentReference(spec: Fields): string | undefined {
  const containers = ["initContainers", "containers", "ephemeralContainers"].flatMap((list) => listAt(spec, list));
  const values = containers.flatMap((one) => listAt(one, "env")).map((one) => mapAt(one, "valueFrom"));
  const sources = containers.flatMap((one) => listAt(one, "envFrom"));
  if (values.some((one) => mapAt(one, "secretKeyRef")) || sources.some((one) => mapAt(one, "secretRef")))
    return "secrets";
  if (values.some((one) => mapAt(one, "configMapKeyRef")) || sources.some((one) => mapAt(one, "configMapRef")))
    return "configmaps";
  return undefined;
}
