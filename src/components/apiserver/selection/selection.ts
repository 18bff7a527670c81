import type { ResourceType } from "../resources/resource-type.ts";
import type { Entry } from "../storage/entry.ts";
import { parseFieldSelector } from "./field-selector.ts";
import { parseLabelSelector } from "./label-selector.ts";

/** Which objects of a collection a request wants. */
export type Selection = {
  readonly matches: (entry: Entry) => boolean;
  /** False when every object matches. */
  readonly isNarrow: boolean;
};

export function selection(
  type: ResourceType,
  wanted: { readonly labelSelector: string; readonly fieldSelector: string },
): Selection {
  const labels = wanted.labelSelector ? parseLabelSelector(wanted.labelSelector) : undefined;
  const fields = wanted.fieldSelector ? parseFieldSelector(wanted.fieldSelector, type) : undefined;
  return {
    matches: (entry) => (!labels || labels(entry.labels)) && (!fields || fields.matches(entry)),
    isNarrow: labels !== undefined || fields !== undefined,
  };
}
