import type { KubeObject } from "../../../kube/object.ts";
import { at } from "./cells.ts";
import { type Column, columns, since, wide } from "./column.ts";

type Event = KubeObject & {
  readonly involvedObject?: { readonly kind?: string; readonly name?: string };
  readonly source?: { readonly component?: string; readonly host?: string };
  readonly series?: { readonly count?: number; readonly lastObservedTime?: string };
  readonly firstTimestamp?: string | null;
  readonly lastTimestamp?: string | null;
  readonly eventTime?: string | null;
  readonly count?: number;
  readonly reportingComponent?: string;
  readonly reportingInstance?: string;
};

const shown = columns(
  ["Last Seen", (event: Event) => since(event.series?.lastObservedTime || event.lastTimestamp || firstOf(event))],
  ["Type", at("type")],
  ["Reason", at("reason")],
  [
    "Object",
    ({ involvedObject: { kind = "", name } = {} }: Event) => [kind.toLowerCase(), name].filter(Boolean).join("/"),
  ],
  ["Subobject", at("involvedObject.fieldPath"), wide],
  ["Source", source, wide],
  ["Message", (one) => String(at("message")(one)).trim()],
  ["First Seen", (event: Event) => since(firstOf(event)), wide],
  ["Count", (event: Event) => event.series?.count ?? (event.count || 1), wide],
  ["Name", ({ metadata }) => metadata.name ?? "", wide],
);

export const eventColumns: Readonly<Record<string, readonly Column[]>> = { events: shown };

function firstOf({ firstTimestamp, eventTime }: Event): string {
  return firstTimestamp || eventTime || "";
}

function source({ source: { component, host } = {}, reportingComponent, reportingInstance }: Event): string {
  return [component || reportingComponent, host || reportingInstance].filter(Boolean).join(", ");
}
