import { formatSelector, type LabelSelector } from "../../../kube/label-selector.ts";
import type { KubeObject } from "../../../kube/object.ts";
import type { Cell } from "./column.ts";

type Fields = Readonly<Record<string, unknown>>;

/** The value at a dotted path, or the fallback. */
export function at(path: string, fallback: Cell = ""): (object: KubeObject) => Cell {
  const steps = path.split(".");
  return (object) => {
    let value: unknown = object;
    for (const step of steps) value = (value as Fields | undefined | null)?.[step];
    return value === undefined || value === null || value === "" ? fallback : (value as Cell);
  };
}

export function listAt(path: string, separator = ","): (object: KubeObject) => string {
  const steps = path.split(".");
  return (object) => {
    let value: unknown = object;
    for (const step of steps) value = (value as Fields | undefined | null)?.[step];
    return Array.isArray(value) && value.length > 0 ? value.join(separator) : "<none>";
  };
}

/** How many entries the map or list at a field has. */
export function countAt(field: string): (object: KubeObject) => number {
  return (object) => {
    const value = object[field];
    return typeof value === "object" && value !== null ? Object.keys(value).length : 0;
  };
}

export const none = "<none>";

/** The name, and whether the object is the default of its kind, which an annotation tells. */
export function markedDefault(annotation: string): (object: KubeObject) => string {
  return ({ metadata }) => `${metadata.name}${metadata.annotations?.[annotation] === "true" ? " (default)" : ""}`;
}

export function labels(map: Readonly<Record<string, string>> | undefined): string {
  const entries = Object.entries(map ?? {});
  return entries.length === 0 ? none : entries.map(([key, value]) => `${key}=${value}`).join(",");
}

export function selectorText(selector: unknown): string {
  if (typeof selector !== "object" || selector === null) return none;
  return formatSelector(selector as LabelSelector) || none;
}

type Template = {
  readonly spec?: { readonly containers?: readonly { readonly name: string; readonly image?: string }[] };
};

/** Names and images of a template's containers. */
export function containersOf(template: unknown): readonly { readonly name: string; readonly image?: string }[] {
  return (template as Template | undefined)?.spec?.containers ?? [];
}
