import { normalize } from "node:path";
import type { KeyToPath } from "../api/volume.ts";
import type { ConfigMap, Secret } from "../env/container-environment.ts";
import type { PayloadFile } from "./atomic-writer.ts";

export type PayloadSource = {
  /** For messages: `configmap "name"`. */
  readonly what: string;
  readonly data: ReadonlyMap<string, Buffer>;
  readonly items: readonly KeyToPath[] | undefined;
  readonly optional: boolean;
  readonly defaultMode: number;
};

/** The files of a configMap or secret: all keys, or those that `items` names, at the paths that it gives. */
export function payloadOf({ what, data, items, optional, defaultMode }: PayloadSource): Map<string, PayloadFile> {
  if (!items || items.length === 0)
    return new Map([...data].map(([key, content]) => [key, { content, mode: defaultMode }]));
  const files = new Map<string, PayloadFile>();
  for (const { key, path, mode } of items) {
    const content = data.get(key);
    if (content === undefined) {
      if (optional) continue;
      throw new Error(`references non-existent ${what} key: ${key}`);
    }
    files.set(safePath(path), { content, mode: mode ?? defaultMode });
  }
  return files;
}

export function configMapData({ data = {}, binaryData = {} }: ConfigMap): Map<string, Buffer> {
  return new Map([
    ...Object.entries(data).map(([key, text]): [string, Buffer] => [key, Buffer.from(text, "utf8")]),
    ...Object.entries(binaryData).map(([key, text]): [string, Buffer] => [key, Buffer.from(text, "base64")]),
  ]);
}

export function secretData({ data = {} }: Secret): Map<string, Buffer> {
  return new Map(Object.entries(data).map(([key, text]) => [key, Buffer.from(text, "base64")]));
}

/** A path inside the volume; what leads out of it is refused. */
export function safePath(path: string): string {
  const clean = normalize(path);
  if (clean.startsWith("/") || clean.startsWith("..") || clean === ".") throw new Error(`invalid path: ${path}`);
  return clean;
}
