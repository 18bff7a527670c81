import type { OpResult } from "../../../hosts/op.ts";
import { causeOf, type Journal } from "../journal/journal.ts";
import { actionOf, type Difference, type Resource, type ResourceAction } from "../resource.ts";

/** A resource held against what was found of it. */
export type Comparison = {
  readonly resource: Resource;
  readonly found: readonly OpResult[];
  readonly differences: readonly Difference[];
  readonly action: ResourceAction;
  readonly cause: "new" | "wish" | "drift";
};

export type Compared = {
  readonly resources: readonly Resource[];
  readonly found: readonly (readonly OpResult[])[];
  readonly journal: Journal;
  /** Ids that converged before in this run, in order. */
  readonly converged: readonly string[];
};

/** Compares in order, so that a service sees which of the resources before it are about to change. */
export function compare({ resources, found, journal, converged }: Compared): Comparison[] {
  const differing: string[] = [];
  return resources.map((resource, index) => {
    const results = found[index] ?? [];
    const since = converged.slice(converged.lastIndexOf(resource.id) + 1);
    const differences = resource.diff(results, { changing: new Set([...since, ...differing]) });
    if (differences.length > 0) differing.push(resource.id);
    return { resource, found: results, differences, action: actionOf(differences), cause: causeOf(journal, resource) };
  });
}
