import type { NodeRequirement, NodeSelector, NodeSelectorTerm } from "../kinds/affinity.ts";
import type { Node } from "../kinds/node.ts";
import type { Pod } from "../kinds/pod.ts";
import { selectsLabels } from "../label-selector.ts";
import { meetsSet } from "../set-requirement.ts";

/** Whether a node is one that the pod's nodeSelector and required node affinity ask for. */
export function matchesNodeAffinity({ spec }: Pick<Pod, "spec">, node: Node): boolean {
  if (spec.nodeSelector && !selectsLabels(spec.nodeSelector, node.metadata.labels)) return false;
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return required === undefined || matchesNodeSelector(required, node);
}

/** Whether one of the terms matches; a selector without terms matches nothing. */
export function matchesNodeSelector({ nodeSelectorTerms }: NodeSelector, node: Node): boolean {
  return nodeSelectorTerms.some((term) => matchesNodeTerm(term, node));
}

/** Whether every requirement of a term holds; an empty term matches nothing. */
export function matchesNodeTerm({ matchExpressions = [], matchFields = [] }: NodeSelectorTerm, node: Node): boolean {
  if (matchExpressions.length === 0 && matchFields.length === 0) return false;
  return (
    matchExpressions.every((one) => meets(one, node.metadata.labels?.[one.key])) &&
    matchFields.every((one) => meets(one, one.key === "metadata.name" ? node.metadata.name : undefined))
  );
}

function meets({ operator, values = [] }: NodeRequirement, value: string | undefined): boolean {
  switch (operator) {
    case "Gt":
      return integer(value) > integer(values[0]);
    case "Lt":
      return integer(value) < integer(values[0]);
    default:
      return meetsSet(operator, values, value);
  }
}

/** NaN, which is neither more nor less than anything, for what is no integer. */
function integer(text: string | undefined): number {
  return text !== undefined && /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
}
