import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { PodTemplateSpec } from "../../../kube/kinds/pod.ts";

export const podTemplateHashLabel = "pod-template-hash";
/** Letters without vowels and look-alikes, so that no name spells a word (apimachinery/pkg/util/rand). */
const alphabet = "bcdfghjklmnpqrstvwxz2456789";

/** A short name for a value, other for another `collisionCount`. */
export function shortHash(value: unknown, collisionCount = 0): string {
  const digest = createHash("sha256")
    .update(`${canonical(value)}\n${collisionCount || ""}`)
    .digest();
  return [...digest.subarray(0, 10)].map((byte) => alphabet[byte % alphabet.length]).join("");
}

/** Whether two templates make the same pods: equal but for the label that a controller added. */
export function sameTemplate(one: PodTemplateSpec, other: PodTemplateSpec): boolean {
  return isDeepStrictEqual(withoutHash(one), withoutHash(other));
}

function withoutHash({ metadata = {}, spec }: PodTemplateSpec) {
  const { [podTemplateHashLabel]: _, ...labels } = metadata.labels ?? {};
  const { creationTimestamp: __, labels: ___, ...rest } = metadata;
  return { metadata: { ...rest, labels }, spec };
}

/** JSON with sorted keys: equal values give equal text. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([one], [other]) => (one < other ? -1 : 1)))
      : inner,
  );
}
