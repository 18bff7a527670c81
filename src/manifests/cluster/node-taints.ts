import type { Taint } from "../../config/kubeadm/node-registration.ts";

type NodeLike = { readonly spec?: { readonly taints?: readonly Partial<Taint>[] | undefined } | undefined };

/** A merge patch's part with the wanted taints beside those that others set; empty when they all stand there. */
export function taintsPatch(node: NodeLike, taints: readonly Taint[]): Record<string, unknown> {
  const present = node.spec?.taints ?? [];
  const missing = taints.filter(({ value = "", ...taint }) => {
    return !present.some((one) => isSame(one, taint) && (one.value ?? "") === value);
  });
  if (missing.length === 0) return {};
  const others = present.filter((one) => !missing.some((taint) => isSame(one, taint)));
  const added = missing.map(({ key, value, effect }) => ({ effect, key, ...(value ? { value } : {}) }));
  return { spec: { taints: [...others, ...added] } };
}

/** A Node has one taint of a key and effect. */
function isSame(one: Partial<Taint>, other: Pick<Taint, "key" | "effect">): boolean {
  return one.key === other.key && one.effect === other.effect;
}
