import type { KubeObject } from "../../../kube/object.ts";

export type Cell = string | number | boolean;
export type Column = {
  readonly name: string;
  readonly type: "string" | "integer" | "boolean" | "date" | "number";
  readonly format: string;
  readonly description: string;
  /** 0 for columns that are always shown, 1 for those of `-o wide`. */
  readonly priority: number;
  readonly cell: (object: KubeObject) => Cell;
};
type Short = readonly [name: string, cell: (object: KubeObject) => Cell, options?: Partial<Column>];

/** Columns in short notation; the first, the name, is marked as such. */
export function columns(...list: readonly Short[]): Column[] {
  return list.map(([name, cell, options]) => ({
    name,
    type: "string",
    format: name === "Name" ? "name" : "",
    description: name === "Name" ? "Name must be unique within a namespace." : name,
    priority: 0,
    cell,
    ...options,
  }));
}

export const wide = { priority: 1 } as const;
export const integer = { type: "integer" } as const;
export const boolean = { type: "boolean" } as const;

export const name: Short = ["Name", ({ metadata }) => metadata.name ?? ""];
export const age: Short = ["Age", ({ metadata }) => since(metadata.creationTimestamp)];

/** Time that has passed, as kubectl writes it: 45s, 2m10s, 3h5m, 4d, 2y20d; `<unknown>` without a time. */
export function since(time: string | undefined | null, now = Date.now()): string {
  if (!time) return "<unknown>";
  return duration((now - Date.parse(time)) / 1000);
}

export function duration(rawSeconds: number): string {
  const seconds = Math.floor(rawSeconds);
  if (seconds < -1) return "<invalid>";
  if (seconds < 0) return "0s";
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return both([minutes, "m"], [seconds % 60, "s"]);
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 8) return both([hours, "h"], [minutes % 60, "m"]);
  if (hours < 48) return `${hours}h`;
  const days = Math.floor(hours / 24);
  if (days < 8) return both([days, "d"], [hours % 24, "h"]);
  if (days < 730) return `${days}d`;
  const years = Math.floor(days / 365);
  return years < 8 ? both([years, "y"], [days % 365, "d"]) : `${years}y`;
}

function both([big, bigUnit]: readonly [number, string], [small, smallUnit]: readonly [number, string]): string {
  return small === 0 ? `${big}${bigUnit}` : `${big}${bigUnit}${small}${smallUnit}`;
}
