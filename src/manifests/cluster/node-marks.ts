import { controlPlaneTaint } from "../../config/kubeadm/constants.ts";
import type { Taint } from "../../config/kubeadm/node-registration.ts";
import { isSameTaint, taintsPatch } from "./node-taints.ts";

/** What a cluster file gives a Node. */
export type NodeMarks = {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  /** Its taints are set by mark-control-plane; that of kubeadm is known to be ours. */
  readonly isControlPlane: boolean;
};

type MarkedNode = Parameters<typeof taintsPatch>[0] & {
  readonly metadata: {
    readonly labels?: Readonly<Record<string, string>> | undefined;
    readonly annotations?: Readonly<Record<string, string>> | undefined;
  };
};

/**
 * Remembers on the Node which marks a cluster file gave it, as kubectl's last-applied-configuration does: one that the file names no
 * more is taken away, and those that others set stay.
 */
export const marksAnnotation = "slipway.dev/last-applied-marks";

/** Of labels and annotations the keys; a Node has one taint of a key and effect. */
type Applied = {
  readonly labels?: readonly string[];
  readonly annotations?: readonly string[];
  readonly taints?: readonly Pick<Taint, "key" | "effect">[];
};

/** The merge patch that gives a Node its marks, and takes those of an earlier file away. */
export function nodeMarksPatch(node: MarkedNode, wished: NodeMarks): Record<string, unknown> {
  const applied = appliedTo(node);
  const { labels, annotations, taints, isControlPlane } = wished;
  const ours = [...(applied.taints ?? []), ...(isControlPlane ? [controlPlaneTaint] : [])];
  const gone = ours.filter((one) => !taints.some((taint) => isSameTaint(taint, one)));
  return {
    metadata: {
      labels: { ...nulls(applied.labels, labels), ...labels },
      annotations: {
        ...nulls(applied.annotations, annotations),
        ...annotations,
        [marksAnnotation]: noteOf(wished),
      },
    },
    ...taintsPatch(node, { wanted: isControlPlane ? [] : taints, gone }),
  };
}

/** In a merge patch null takes a field away. */
function nulls(applied: readonly string[] = [], wished: Readonly<Record<string, string>>): Record<string, null> {
  return Object.fromEntries(applied.filter((key) => !(key in wished)).map((key) => [key, null]));
}

/** A Node without marks carries no note of them. */
function noteOf({ labels, annotations, taints }: NodeMarks): string | null {
  const noted = taints.filter((taint) => !isSameTaint(taint, controlPlaneTaint));
  const note: Applied = {
    ...listed("labels", Object.keys(labels).sort()),
    ...listed("annotations", Object.keys(annotations).sort()),
    ...listed(
      "taints",
      noted.map(({ key, effect }) => ({ key, effect })),
    ),
  };
  return Object.keys(note).length === 0 ? null : JSON.stringify(note);
}

function listed<K extends string, T>(name: K, list: readonly T[]): { [N in K]?: readonly T[] } {
  return (list.length === 0 ? {} : { [name]: list }) as { [N in K]?: readonly T[] };
}

/** Nothing where nobody noted anything, or somebody wrote something else there. */
function appliedTo({ metadata }: MarkedNode): Applied {
  try {
    const note: unknown = JSON.parse(metadata.annotations?.[marksAnnotation] ?? "");
    const isNote = typeof note === "object" && note !== null && Object.values(note).every(Array.isArray);
    return isNote ? note : {};
  } catch {
    return {};
  }
}
