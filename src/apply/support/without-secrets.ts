import type { KubeObject } from "../../kube/object.ts";

const hidden = "[redacted]";
const secretName = /pass|secret|token|credential|private|api_?key|access_?key/i;
/** A flag that carries a secret itself; one that ends in -file or -ttl does not. */
const secretFlag = /^(--?[\w-]*(?:password|passphrase|token|secret))=.+/;

/**
 * An object fit to be shown to others: without values of variables and flags whose names speak of secrets, without
 * the copies of them that clients keep in annotations, and without managedFields, which only make it longer.
 */
export function withoutSecrets<T extends KubeObject>(object: T): T {
  const { managedFields: _, annotations, ...metadata } = object.metadata as T["metadata"] & { managedFields?: unknown };
  const kept = Object.entries(annotations ?? {}).filter(([name]) => !name.endsWith("/last-applied-configuration"));
  const shown = kept.length > 0 ? { ...metadata, annotations: Object.fromEntries(kept) } : metadata;
  return { ...(scrubbed(object) as T), metadata: shown };
}

function scrubbed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(scrubbed);
  if (typeof value === "string") return value.replace(secretFlag, `$1=${hidden}`);
  if (value === null || typeof value !== "object") return value;
  const fields = Object.entries(value).map(([name, field]) => [name, scrubbed(field)]);
  return isSecretVariable(value) ? { ...Object.fromEntries(fields), value: hidden } : Object.fromEntries(fields);
}

function isSecretVariable(value: object): boolean {
  return "name" in value && "value" in value && secretName.test(String(value.name));
}
