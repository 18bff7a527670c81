import type { ResourceType } from "../resources/resource-type.ts";
import { accessColumns } from "./access-columns.ts";
import { autoscalerColumns } from "./autoscaler-columns.ts";
import type { Column } from "./column.ts";
import { configColumns } from "./config-columns.ts";
import { controlColumns } from "./control-columns.ts";
import { eventColumns } from "./event-columns.ts";
import { networkColumns } from "./network-columns.ts";
import { podColumns } from "./pod-columns.ts";
import { workloadColumns } from "./workload-columns.ts";

const table: Readonly<Record<string, readonly Column[]>> = {
  ...podColumns,
  ...workloadColumns,
  ...networkColumns,
  ...configColumns,
  ...accessColumns,
  ...eventColumns,
  ...autoscalerColumns,
  ...controlColumns,
};

/** The columns of a resource by "group/resource"; undefined where name and age are all. */
export function columnsOf(type: ResourceType): readonly Column[] | undefined {
  if (type.custom) return type.columns;
  return table[type.group ? `${type.group}/${type.resource}` : type.resource];
}
