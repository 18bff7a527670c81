import { isMap } from "./schema.ts";

type Step =
  | { readonly kind: "field"; readonly name: string }
  | { readonly kind: "index"; readonly index: number }
  | { readonly kind: "all" }
  | { readonly kind: "filter"; readonly path: readonly string[]; readonly value: string };

/** A JSONPath of the simple kind that printer columns use: fields, indexes, `[*]`, `[?(@.type=="Ready")]`. */
export function jsonPath(text: string): (object: unknown) => unknown[] {
  const steps = parse(text);
  return (object) =>
    steps.reduce<unknown[]>((values, step) => values.flatMap((value) => follow(value, step)), [object]);
}

const token =
  /\.?(?:\[\?\(@\.([\w.-]+)\s*==\s*["']([^"']*)["']\)\]|\[(\d+)\]|\[\*\]|\['((?:[^'\\]|\\.)+)'\]|((?:[\w-]|\\\.|\/)+)|\*)/gy;

function parse(text: string): Step[] {
  const source = text
    .trim()
    .replace(/^\{|\}$/g, "")
    .replace(/^\$/, "");
  const steps: Step[] = [];
  for (const [, filterPath, value, index, quoted, name] of source.matchAll(token)) {
    if (filterPath !== undefined) steps.push({ kind: "filter", path: filterPath.split("."), value: value ?? "" });
    else if (index !== undefined) steps.push({ kind: "index", index: Number(index) });
    else if (quoted !== undefined || name !== undefined) {
      steps.push({ kind: "field", name: (quoted ?? name ?? "").replace(/\\(.)/g, "$1") });
    } else steps.push({ kind: "all" });
  }
  return steps;
}

function follow(value: unknown, step: Step): unknown[] {
  switch (step.kind) {
    case "field":
      return isMap(value) && value[step.name] !== undefined ? [value[step.name]] : [];
    case "index":
      return Array.isArray(value) && step.index < value.length ? [value[step.index]] : [];
    case "all":
      return Array.isArray(value) ? value : isMap(value) ? Object.values(value) : [];
    case "filter":
      return Array.isArray(value) ? value.filter((one) => String(dig(one, step.path)) === step.value) : [];
    default:
      return step satisfies never;
  }
}

function dig(value: unknown, path: readonly string[]): unknown {
  return path.reduce((one, key) => (isMap(one) ? one[key] : undefined), value);
}
