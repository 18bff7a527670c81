import type { KubeObject } from "../../../kube/object.ts";
import { at, none } from "./cells.ts";
import { age, type Column, columns, name } from "./column.ts";

type Amount = { readonly averageUtilization?: number; readonly averageValue?: string; readonly value?: string };
type Source = { readonly name?: string; readonly target?: Amount; readonly current?: Amount };
type Metric = { readonly type: string } & Readonly<Record<string, Source | undefined>>;
type Autoscaler = KubeObject & {
  readonly spec?: { readonly metrics?: readonly Metric[]; readonly scaleTargetRef?: { kind?: string; name?: string } };
  readonly status?: { readonly currentMetrics?: readonly Metric[] };
};

export const autoscalerColumns: Readonly<Record<string, readonly Column[]>> = {
  "autoscaling/horizontalpodautoscalers": columns(
    name,
    ["Reference", ({ spec }: Autoscaler) => `${spec?.scaleTargetRef?.kind}/${spec?.scaleTargetRef?.name}`],
    ["Targets", targets],
    ["MinPods", at("spec.minReplicas", "<unset>")],
    ["MaxPods", at("spec.maxReplicas", 0)],
    ["Replicas", at("status.currentReplicas", 0)],
    age,
  ),
};

const fieldOf: Readonly<Record<string, string>> = {
  External: "external",
  Pods: "pods",
  Object: "object",
  Resource: "resource",
  ContainerResource: "containerResource",
};
const maxShown = 2;

function targets({ spec, status }: Autoscaler): string {
  const all = (spec?.metrics ?? []).map((metric, index) => target(metric, status?.currentMetrics?.[index]));
  if (all.length === 0) return none;
  const shown = all.slice(0, maxShown).join(", ");
  return all.length > maxShown ? `${shown} + ${all.length - maxShown} more...` : shown;
}

function target(metric: Metric, status: Metric | undefined): string {
  const field = fieldOf[metric.type];
  const wanted = field ? metric[field] : undefined;
  if (!field || !wanted) return "<unknown type>";
  const now = status?.[field]?.current;
  if (field === "resource" || field === "containerResource") return `${wanted.name}: ${share(wanted.target, now)}`;
  if (field === "pods") return `${now?.averageValue ?? "<unknown>"}/${wanted.target?.averageValue}`;
  const isAverage = wanted.target?.averageValue !== undefined;
  if (isAverage) return `${now?.averageValue ?? "<unknown>"}/${wanted.target?.averageValue} (avg)`;
  return `${now?.value ?? "<unknown>"}/${wanted.target?.value}`;
}

function share(wanted: Amount | undefined, now: Amount | undefined): string {
  if (wanted?.averageValue !== undefined) return `${now?.averageValue ?? "<unknown>"}/${wanted.averageValue}`;
  const percent = (value: number | undefined, unknown: string) => (value === undefined ? unknown : `${value}%`);
  return `${percent(now?.averageUtilization, "<unknown>")}/${percent(wanted?.averageUtilization, "<auto>")}`;
}
