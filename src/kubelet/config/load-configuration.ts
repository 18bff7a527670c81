import { parseDuration } from "../../base/duration.ts";
import { SlipwayError } from "../../base/errors.ts";
import type { ConfigurationField } from "./configuration-fields.ts";
import { configurationFields, fieldsWithoutEffect, inertFields } from "./configuration-fields.ts";
import type { KubeletConfiguration } from "./kubelet-configuration.ts";
import { putAt } from "./put-at.ts";

/** Settings by their path in the file; how flags and the file meet before defaults are filled in. */
export type Settings = ReadonlyMap<string, unknown>;

/** Turns a parsed KubeletConfiguration document into settings; throws KUBELET_CONFIG with every problem at once. */
export function settingsOf(document: unknown, source: string): Settings {
  const settings = new Map<string, unknown>();
  const problems: string[] = [];
  if (!isObject(document)) throw invalid(source, ["not a mapping"]);
  if (document.kind !== "KubeletConfiguration" || document.apiVersion !== "kubelet.config.k8s.io/v1beta1") {
    problems.push(`no kind "${document.kind}" is registered for version "${document.apiVersion}"`);
  }
  for (const [path, value] of leaves(document, "")) {
    const known = configurationFields.find((field) => field.path === path);
    if (known) settings.set(path, value);
    else problems.push(...judgeInert(path, value));
  }
  if (problems.length > 0) throw invalid(source, problems);
  return settings;
}

/** The settings of a document that are taken but change nothing here: those that tune parts which are not built. */
export function settingsWithoutEffect(document: unknown): readonly string[] {
  if (!isObject(document)) return [];
  return fieldsWithoutEffect.filter((name) => isMeant(document[name]));
}

/** kubeadm writes every field, with zeros for what the user did not set. */
function isMeant(value: unknown): boolean {
  return value !== undefined && value !== null && value !== 0 && value !== "0s";
}

/** Fills in defaults and checks types. Zero durations mean "default", as in upstream. */
export function configurationFrom(settings: Settings, source: string): KubeletConfiguration {
  const problems: string[] = [];
  const result: Record<string, unknown> = {};
  for (const field of configurationFields) {
    const read = readField(field, settings.get(field.path));
    if (read.kind === "problem") problems.push(`${field.path}: ${read.problem}`);
    else putAt(result, field.into.split("."), read.value);
  }
  if (problems.length > 0) throw invalid(source, problems);
  return result as KubeletConfiguration;
}

function judgeInert(path: string, value: unknown): string[] {
  if (fieldsWithoutEffect.includes(path.split(".")[0] ?? path)) return [];
  const allowed = inertFields[path];
  if (!allowed) return [`unknown field "${path}"`];
  const inert = allowed.some((one) => JSON.stringify(one) === JSON.stringify(value));
  return inert ? [] : [`${path}: ${JSON.stringify(value)} is not supported by this kubelet`];
}

type Read = { kind: "value"; value: unknown } | { kind: "problem"; problem: string };

function readField(field: ConfigurationField, raw: unknown): Read {
  if (raw === undefined || raw === null) return { kind: "value", value: field.default };
  switch (field.kind) {
    case "durationMs":
      return readDuration(field, raw);
    case "string":
      if (typeof raw !== "string") return { kind: "problem", problem: "not a string" };
      if (raw === "") return { kind: "value", value: field.default };
      if (field.oneOf && !field.oneOf.includes(raw))
        return { kind: "problem", problem: `"${raw}" is none of ${field.oneOf.join(", ")}` };
      return { kind: "value", value: raw };
    case "boolean":
      return typeof raw === "boolean" ? { kind: "value", value: raw } : { kind: "problem", problem: "not a boolean" };
    case "number":
      return typeof raw === "number" ? { kind: "value", value: raw } : { kind: "problem", problem: "not a number" };
    case "strings":
    case "taints":
    case "priorities":
      return readList(field, raw);
    case "stringMap":
      return isObject(raw)
        ? { kind: "value", value: Object.fromEntries(Object.entries(raw).map(([key, value]) => [key, String(value)])) }
        : { kind: "problem", problem: "not a mapping" };
    default:
      return field.kind satisfies never;
  }
}

function readList({ oneOf }: ConfigurationField, raw: unknown): Read {
  if (!Array.isArray(raw)) return { kind: "problem", problem: "not a list" };
  const unsupported = oneOf && raw.find((one) => !oneOf.includes(one));
  if (unsupported === undefined) return { kind: "value", value: raw };
  return { kind: "problem", problem: `"${unsupported}" is not supported by this kubelet` };
}

function readDuration(field: ConfigurationField, raw: unknown): Read {
  const ms = typeof raw === "number" && raw === 0 ? 0 : parseDuration(String(raw));
  if (ms === undefined) return { kind: "problem", problem: `"${raw}" is not a duration` };
  return { kind: "value", value: ms === 0 ? field.default : ms };
}

/** Paths down to known fields, inert fields and values that are not mappings. */
function leaves(value: Record<string, unknown>, prefix: string): [string, unknown][] {
  return Object.entries(value).flatMap(([key, one]): [string, unknown][] => {
    const path = `${prefix}${key}`;
    const known = configurationFields.some((field) => field.path === path);
    if (known || !isObject(one)) return one === null ? [] : [[path, one]];
    return leaves(one, `${path}.`);
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function invalid(source: string, problems: readonly string[]): SlipwayError {
  return new SlipwayError({
    code: "KUBELET_CONFIG",
    exit: "configuration",
    message: `the kubelet's configuration is not usable: ${problems.join("; ")}`,
    tried: source,
    remedy: "remove or correct these fields",
  });
}
