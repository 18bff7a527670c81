import { withCondition } from "../../../kube/conditions.ts";
import type { NamespaceCondition } from "../../../kube/kinds/config.ts";
import { rfc3339 } from "../../../kube/rfc3339.ts";

/** What stood in the way of emptying a namespace in one pass. */
export type Remains = {
  readonly undiscovered: readonly string[];
  readonly failures: readonly string[];
  /** Objects that are still there, by "resource.group". */
  readonly counts: ReadonlyMap<string, number>;
  /** Finalizers of those objects with the number of objects that have each. */
  readonly finalizers: ReadonlyMap<string, number>;
};

export function isEmpty({ undiscovered, failures, counts }: Remains): boolean {
  return undiscovered.length === 0 && failures.length === 0 && counts.size === 0;
}

/** The conditions that tell why a namespace is still terminating, in upstream's words (namespaced_resources_deleter). */
export function namespaceConditions(
  old: readonly NamespaceCondition[] | undefined,
  remains: Remains,
  nowMs: number,
): NamespaceCondition[] {
  const { undiscovered, failures, counts, finalizers } = remains;
  const rows: [type: string, bad: boolean, reasons: [string, string], messages: [string, string]][] = [
    [
      "NamespaceDeletionDiscoveryFailure",
      undiscovered.length > 0,
      ["ResourcesDiscovered", "DiscoveryFailed"],
      [
        "All resources successfully discovered",
        `Discovery failed for some groups, ${undiscovered.length} failing: ${undiscovered.join(", ")}`,
      ],
    ],
    [
      "NamespaceDeletionGroupVersionParsingFailure",
      false,
      ["ParsedGroupVersions", "GroupVersionParsingFailed"],
      ["All legacy kube types successfully parsed", ""],
    ],
    [
      "NamespaceDeletionContentFailure",
      failures.length > 0,
      ["ContentDeleted", "ContentDeletionFailed"],
      [
        "All content successfully deleted, may be waiting on finalization",
        `Failed to delete all resource types, ${failures.length} remaining: ${failures.join(", ")}`,
      ],
    ],
    [
      "NamespaceContentRemaining",
      counts.size > 0,
      ["ContentRemoved", "SomeResourcesRemain"],
      [
        "All content successfully removed",
        `Some resources are remaining: ${listed(counts, "has", "resource instances")}`,
      ],
    ],
    [
      "NamespaceFinalizersRemaining",
      finalizers.size > 0,
      ["ContentHasNoFinalizers", "SomeFinalizersRemain"],
      [
        "All content-preserving finalizers finished",
        `Some content in the namespace has finalizers remaining: ${listed(finalizers, "in", "resource instances")}`,
      ],
    ],
  ];
  const lastTransitionTime = rfc3339(nowMs);
  return rows.reduce<NamespaceCondition[]>(
    (conditions, [type, bad, reasons, messages]) => {
      const at = bad ? 1 : 0;
      const condition = {
        type,
        status: bad ? "True" : "False",
        lastTransitionTime,
        reason: reasons[at] ?? "",
        message: messages[at] ?? "",
      };
      return withCondition(conditions, condition);
    },
    [...(old ?? [])],
  );
}

function listed(counts: ReadonlyMap<string, number>, verb: string, noun: string): string {
  return [...counts]
    .toSorted()
    .map(([name, count]) => `${name} ${verb} ${count} ${noun}`)
    .join(", ");
}
