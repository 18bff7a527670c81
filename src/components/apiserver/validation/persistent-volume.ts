import { isDeepStrictEqual } from "node:util";
import type { KubeObject } from "../../../kube/object.ts";
import { parseQuantity } from "../../../kube/quantity.ts";
import { type Fields, listAt, mapAt } from "../defaulting/missing.ts";
import { quantityErrors } from "./container.ts";
import { type FieldError, forbiddenField, invalid, notSupported, required } from "./field-error.ts";
import { dnsSubdomain, qualifiedName } from "./names.ts";
import { all, among, atLeast, fields, form, items, needed, oneOf, type Rule } from "./rules.ts";

const modes = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];
const hostPathTypes = ["BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"];
const noBacksteps = form((path) => (path.split("/").includes("..") ? ["must not contain '..'"] : []));
const absolute = form((path) => (path.startsWith("/") ? [] : ["must be an absolute path"]));
const secretRef = fields({ name: needed(), namespace: needed() });
const ifSet =
  (rule: Rule): Rule =>
  (value, path) =>
    value === undefined ? [] : rule(value, path);

/** Where a volume's bytes may be; sources of clouds and of retired drivers are held to what they can't do without. */
const sources: Readonly<Record<string, Rule>> = {
  hostPath: fields({ path: needed(noBacksteps), type: among(...hostPathTypes) }),
  gcePersistentDisk: fields({ pdName: needed() }),
  awsElasticBlockStore: fields({ volumeID: needed() }),
  glusterfs: fields({ endpoints: needed(), path: needed() }),
  flocker: () => [],
  nfs: fields({ server: needed(), path: all(needed(), absolute) }),
  rbd: fields({ monitors: needed(), image: needed() }),
  quobyte: fields({ registry: needed(), volume: needed() }),
  cephfs: fields({ monitors: needed() }),
  iscsi: fields({ targetPortal: needed(), iqn: needed() }),
  cinder: fields({ volumeID: needed() }),
  fc: (value, path) => fibreErrors(value as Fields, path),
  flexVolume: fields({ driver: needed() }),
  azureFile: fields({ secretName: needed(), shareName: needed() }),
  vsphereVolume: fields({ volumePath: needed() }),
  photonPersistentDisk: fields({ pdID: needed() }),
  portworxVolume: fields({ volumeID: needed() }),
  azureDisk: fields({ diskName: needed(), diskURI: needed() }),
  scaleIO: fields({ gateway: needed(), system: needed(), volumeName: needed() }),
  local: fields({ path: needed(noBacksteps) }),
  storageos: () => [],
  csi: fields({
    driver: needed(form((name) => dnsSubdomain(name.toLowerCase()))),
    volumeHandle: needed(),
    controllerPublishSecretRef: ifSet(secretRef),
    controllerExpandSecretRef: ifSet(secretRef),
    nodePublishSecretRef: ifSet(secretRef),
    nodeExpandSecretRef: ifSet(secretRef),
  }),
};
const oneSource = oneOf(sources, {
  none: "must specify a volume type",
  more: "may not specify more than 1 volume type",
});

function fibreErrors({ targetWWNs, wwids, lun }: Fields, path: string): FieldError[] {
  const [byTarget, byId] = [targetWWNs, wwids].map((list) => Array.isArray(list) && list.length > 0);
  if (byTarget && byId)
    return [forbiddenField(`${path}.targetWWNs`, "fc can not specify both targetWWNs and wwids simultaneously")];
  if (!byTarget && !byId)
    return [required(`${path}.targetWWNs`, "must specify either targetWWNs or wwids, but not both")];
  if (byTarget && lun === undefined) return [required(`${path}.lun`, "lun is required if targetWWNs is specified")];
  return [...atLeast(0)(lun, `${path}.lun`)];
}

/** Modes by which a volume or a claim can be used. */
export function accessModeErrors(spec: Fields, detail = ""): readonly FieldError[] {
  const list = (spec.accessModes ?? []) as string[];
  const path = "spec.accessModes";
  const isMixed =
    list.includes("ReadWriteOncePod") && list.some((one) => one !== "ReadWriteOncePod" && modes.includes(one));
  return [
    ...(list.length === 0 ? [required(path, detail)] : []),
    ...list.filter((one) => !modes.includes(one)).map((one) => notSupported(path, one, modes)),
    ...(isMixed ? [forbiddenField(path, "may not use ReadWriteOncePod with other access modes")] : []),
  ];
}

function capacityErrors(capacity: Fields, path: string): FieldError[] {
  const names = Object.keys(capacity);
  return [
    ...(names.length === 0 ? [required(path)] : []),
    ...(names.length !== 1 || names[0] !== "storage" ? [notSupported(path, capacity, ["storage"])] : []),
    ...names.flatMap((name) => {
      const at = `${path}[${name}]`;
      const problems = quantityErrors(capacity[name], at);
      if (problems.length > 0) return problems;
      return parseQuantity(String(capacity[name])) === 0
        ? [invalid(at, capacity[name], "must be greater than zero")]
        : [];
    }),
  ];
}

const affinity: Rule = (value, path) => {
  const wanted = mapAt(value as Fields, "required");
  if (!wanted) return [required(`${path}.required`, "must specify required node constraints")];
  return listAt(wanted, "nodeSelectorTerms").length > 0
    ? []
    : [required(`${path}.required.nodeSelectorTerms`, "must have at least one node selector term")];
};

/** A PersistentVolume (ValidatePersistentVolumeSpec). */
export function validateVolume(volume: KubeObject): FieldError[] {
  const spec = mapAt(volume as Fields, "spec") ?? {};
  const isRecycledRoot = mapAt(spec, "hostPath")?.path === "/" && spec.persistentVolumeReclaimPolicy === "Recycle";
  return [
    ...accessModeErrors(spec),
    ...capacityErrors(mapAt(spec, "capacity") ?? {}, "spec.capacity"),
    ...fields({
      persistentVolumeReclaimPolicy: among("Delete", "Recycle", "Retain"),
      nodeAffinity: ifSet(affinity),
      storageClassName: form(dnsSubdomain),
      volumeMode: among("Block", "Filesystem"),
    })(spec, "spec"),
    ...oneSource(spec, "spec"),
    ...(spec.local && !spec.nodeAffinity ? [required("spec.nodeAffinity", "Local volume requires node affinity")] : []),
    ...(isRecycledRoot
      ? [forbiddenField("spec.persistentVolumeReclaimPolicy", "may not be 'recycle' for a hostPath mount of '/'")]
      : []),
  ];
}

/** Where a volume's bytes are never changes. */
export function validateVolumeUpdate(volume: KubeObject, old: KubeObject): FieldError[] {
  const [now, before] = [volume, old].map((one) => mapAt(one as Fields, "spec") ?? {}) as [Fields, Fields];
  const source = (spec: Fields) => Object.keys(sources).map((name) => spec[name]);
  return [
    ...(isDeepStrictEqual(source(now), source(before))
      ? []
      : [forbiddenField("spec.persistentvolumesource", "spec.persistentvolumesource is immutable after creation")]),
    ...(now.volumeMode === before.volumeMode ? [] : [invalid("volumeMode", now.volumeMode, "field is immutable")]),
    ...(before.nodeAffinity && !isDeepStrictEqual(now.nodeAffinity, before.nodeAffinity)
      ? [invalid("nodeAffinity", now.nodeAffinity, "field is immutable")]
      : []),
  ];
}

const topology = fields({ matchLabelExpressions: items(fields({ key: needed(), values: needed() })) });

/** A StorageClass (pkg/apis/storage/validation). */
export const validateStorageClass = (object: KubeObject): readonly FieldError[] =>
  fields({
    provisioner: needed(form(provisionerProblems)),
    reclaimPolicy: among("Delete", "Retain"),
    volumeBindingMode: needed(among("Immediate", "WaitForFirstConsumer")),
    allowedTopologies: items(topology),
  })(object, "");

function provisionerProblems(name: string): string[] {
  return qualifiedName(name.toLowerCase());
}
