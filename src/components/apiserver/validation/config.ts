import { isDeepStrictEqual } from "node:util";
import type { KubeObject } from "../../../kube/object.ts";
import { type Fields, listAt, mapAt } from "../defaulting/missing.ts";
import { enumError, quantityErrors } from "./container.ts";
import { duplicate, type FieldError, forbiddenField, invalid, required, tooLong } from "./field-error.ts";
import { longer } from "./names.ts";
import { accessModeErrors } from "./persistent-volume.ts";

const maxDataBytes = 1024 * 1024;
const key = /^[-._a-zA-Z0-9]+$/;
const keySentence =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";
const immutable = "field is immutable";
const specOf = (object: KubeObject): Fields => mapAt(object as Fields, "spec") ?? {};

function keyErrors(path: string, name: string): FieldError[] {
  const isBad = !key.test(name) || name === "." || name.startsWith("..");
  return [
    ...(isBad ? [invalid(`${path}[${name}]`, name, keySentence)] : []),
    ...longer(name, 253).map((text) => invalid(path, name, text)),
  ];
}

export function validateConfigMap({ data, binaryData }: KubeObject): FieldError[] {
  const [texts, bytes] = [(data ?? {}) as Record<string, string>, (binaryData ?? {}) as Record<string, string>];
  const size = [...Object.values(texts), ...Object.values(bytes)].reduce((sum, one) => sum + one.length, 0);
  return [
    ...Object.keys(texts).flatMap((name) => keyErrors("data", name)),
    ...Object.keys(bytes).flatMap((name) => keyErrors("binaryData", name)),
    ...Object.keys(bytes)
      .filter((name) => name in texts)
      .map((name) => invalid(`binaryData[${name}]`, name, "duplicate of key present in data")),
    ...(size > maxDataBytes ? [tooLong("", maxDataBytes)] : []),
  ];
}

/** ConfigMaps and Secrets that are marked immutable. */
export function validateImmutableData(object: KubeObject, old: KubeObject): FieldError[] {
  const typeErrors = object.type === old.type ? [] : [invalid("type", object.type, immutable)];
  if (old.immutable !== true) return typeErrors;
  const changed = ["data", "binaryData"].filter((one) => !isDeepStrictEqual(object[one], old[one]));
  return [
    ...typeErrors,
    ...(object.immutable === true ? [] : [forbiddenField("immutable", "field is immutable when `immutable` is set")]),
    ...changed.map((one) => forbiddenField(one, "field is immutable when `immutable` is set")),
  ];
}

const secretKeys: Readonly<Record<string, readonly string[]>> = {
  "kubernetes.io/dockerconfigjson": [".dockerconfigjson"],
  "kubernetes.io/dockercfg": [".dockercfg"],
  "kubernetes.io/ssh-auth": ["ssh-privatekey"],
  "kubernetes.io/tls": ["tls.crt", "tls.key"],
};

export function validateSecret({ data, type }: KubeObject): FieldError[] {
  const entries = (data ?? {}) as Record<string, string>;
  const needed = secretKeys[String(type ?? "")] ?? [];
  const size = Object.values(entries).reduce((sum, one) => sum + one.length, 0);
  return [
    ...Object.keys(entries).flatMap((name) => keyErrors("data", name)),
    ...needed.filter((name) => entries[name] === undefined).map((name) => required(`data[${name}]`)),
    ...(size > (maxDataBytes * 4) / 3 ? [tooLong("data", maxDataBytes)] : []),
  ];
}

export function validateNode(node: KubeObject): FieldError[] {
  const seen = new Set<string>();
  return listAt(specOf(node), "taints").flatMap((taint, index) => {
    const path = `spec.taints[${index}]`;
    const id = `${taint.key}:${taint.effect}`;
    const repeated = seen.has(id);
    seen.add(id);
    return [
      ...(taint.key ? [] : [required(`${path}.key`)]),
      ...(taint.effect
        ? enumError(`${path}.effect`, taint.effect, ["NoSchedule", "PreferNoSchedule", "NoExecute"])
        : [required(`${path}.effect`)]),
      ...(repeated ? [duplicate(path, taint)] : []),
    ];
  });
}

export function validateClaim(claim: KubeObject): FieldError[] {
  const spec = specOf(claim);
  const storage = mapAt(mapAt(spec, "resources"), "requests")?.storage;
  const path = "spec.resources[storage]";
  return [
    ...accessModeErrors(spec, "at least 1 access mode is required"),
    ...(storage === undefined ? [required(path)] : quantityErrors(storage, path)),
  ];
}

/** Of a claim's spec only the wish for more room, and the binding, may change; and a default class may come later (KEP-3333). */
export function validateClaimUpdate(claim: KubeObject, old: KubeObject): FieldError[] {
  const hadClass = specOf(old).storageClassName !== undefined;
  const fixed = ({
    resources: _r,
    volumeAttributesClassName: _a,
    volumeName: _n,
    storageClassName,
    ...rest
  }: Fields) => ({
    ...rest,
    ...(hadClass ? { storageClassName } : {}),
  });
  const isBound = specOf(old).volumeName !== undefined && specOf(old).volumeName !== specOf(claim).volumeName;
  if (isDeepStrictEqual(fixed(specOf(claim)), fixed(specOf(old))) && !isBound) return [];
  return [
    forbiddenField(
      "spec",
      "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims",
    ),
  ];
}

/** Fields of a kind that never change, each with its complaint. */
export function unchanged(...fields: readonly string[]): (object: KubeObject, old: KubeObject) => FieldError[] {
  return (object, old) =>
    fields
      .filter((field) => !isDeepStrictEqual(object[field], old[field]))
      .map((field) => invalid(field, object[field], immutable));
}
