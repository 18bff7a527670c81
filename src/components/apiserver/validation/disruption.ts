import { amountOrShare } from "./amount-or-share.ts";
import { invalid } from "./field-error.ts";
import { labelSelector } from "./label-selector.ts";
import { all, among, fields, ofSpec, type Rule } from "./rules.ts";

const notBoth: Rule = (value, path) => {
  const { minAvailable, maxUnavailable } = value as { minAvailable?: unknown; maxUnavailable?: unknown };
  return minAvailable !== undefined && maxUnavailable !== undefined
    ? [invalid(path, value, "minAvailable and maxUnavailable cannot be both set")]
    : [];
};

/** A PodDisruptionBudget (pkg/apis/policy/validation). */
export const validateBudget = ofSpec(
  all(
    notBoth,
    fields({
      minAvailable: amountOrShare(),
      maxUnavailable: amountOrShare(),
      selector: labelSelector,
      unhealthyPodEvictionPolicy: among("AlwaysAllow", "IfHealthyBudget"),
    }),
  ),
);
