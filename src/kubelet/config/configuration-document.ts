import { formatDuration } from "../../base/duration.ts";
import { configurationFields } from "./configuration-fields.ts";
import type { KubeletConfiguration } from "./kubelet-configuration.ts";
import { putAt } from "./put-at.ts";

/** The configuration in force, in the words and shape of a KubeletConfiguration file: what /configz shows. */
export function configurationDocument(config: KubeletConfiguration): Record<string, unknown> {
  const document: Record<string, unknown> = {};
  for (const { path, into, kind } of configurationFields) {
    const value = valueAt(config, into.split("."));
    putAt(document, path.split("."), kind === "durationMs" ? formatDuration(value as number) : value);
  }
  return document;
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce((within, key) => (within as Record<string, unknown>)[key], value);
}
