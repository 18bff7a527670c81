import type { Taint } from "../../config/kubeadm/node-registration.ts";

type NodeLike = { readonly spec?: { readonly taints?: readonly Partial<Taint>[] | undefined } | undefined };
type TaintName = Pick<Taint, "key" | "effect">;

export type TaintChanges = {
  readonly wanted: readonly Taint[];
  /** What may not stand there any more. */
  readonly gone?: readonly TaintName[];
};

/** A merge patch's part with the wanted taints beside those that others set; empty when nothing is to change. */
export function taintsPatch(node: NodeLike, { wanted, gone = [] }: TaintChanges): Record<string, unknown> {
  const present = node.spec?.taints ?? [];
  const missing = wanted.filter(({ value = "", ...taint }) => {
    return !present.some((one) => isSameTaint(one, taint) && (one.value ?? "") === value);
  });
  const others = present.filter((one) => ![...missing, ...gone].some((taint) => isSameTaint(one, taint)));
  if (missing.length === 0 && others.length === present.length) return {};
  const added = missing.map(({ key, value, effect }) => ({ effect, key, ...(value ? { value } : {}) }));
  return { spec: { taints: [...others, ...added] } };
}

/** A Node has one taint of a key and effect. */
export function isSameTaint(one: Partial<TaintName>, other: TaintName): boolean {
  return one.key === other.key && one.effect === other.effect;
}
