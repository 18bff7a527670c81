import { yaml } from "./yaml.ts";

/** YAML as kubeadm and kubectl print objects: keys in alphabetical order at every level, so same value, same bytes. */
export function sortedYaml(value: unknown): string {
  return yaml(sortKeys(value));
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(entries.sort(byKey).map(([key, field]) => [key, sortKeys(field)]));
}

function byKey([one]: [string, unknown], [other]: [string, unknown]): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
