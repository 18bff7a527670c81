import jsonPatch, { type Operation } from "fast-json-patch";
import { messageOf, SlipwayError } from "../../base/errors.ts";
import { parseYamlDocuments } from "../../base/yaml.ts";
import { mergePatch } from "../../kube/patch/merge-patch.ts";
import { strategicMerge } from "../../kube/patch/strategic-merge.ts";
import { plainMergeSchema, podMergeSchema } from "./merge-schema.ts";
import { type PatchFile, type PatchTarget, patchFile } from "./patch-file.ts";

/** The user's patches: in a folder's lexical order, one file after the other. */
export type Patches = readonly PatchFile[];

/** Sorts a folder's files (by their path in it) into patches, and tells which of them are not for us. */
export function readPatches(files: ReadonlyMap<string, string>): { patches: Patches; ignored: readonly string[] } {
  const names = [...files.keys()].sort();
  const read = names.map((name) => ({ name, patch: patchFile(name, files.get(name) ?? "") }));
  return {
    patches: read.flatMap(({ patch }) => patch ?? []),
    ignored: read.flatMap(({ name, patch }) => (patch ? [] : [name])),
  };
}

/** The object with every patch for its target applied. Throws PATCH_FAILED with the file that doesn't fit. */
export function applyPatches<T extends object>(target: PatchTarget, object: T, patches: Patches): T {
  return patches.filter((patch) => patch.target === target).reduce(applyFile<T>, object);
}

function applyFile<T extends object>(object: T, file: PatchFile): T {
  try {
    return parseYamlDocuments(file.text).reduce<T>((current, body) => applyOne(current, body, file), object);
  } catch (thrown) {
    throw new SlipwayError(
      {
        code: "PATCH_FAILED",
        exit: "configuration",
        message: `the patch ${file.name} cannot be applied to ${file.target}`,
        got: messageOf(thrown).split("\n")[0],
        remedy: "correct the patch; nothing has been written",
      },
      { cause: thrown },
    );
  }
}

function applyOne<T extends object>(object: T, body: unknown, { target, type }: PatchFile): T {
  switch (type) {
    case "strategic":
      return strategicMerge(object, body, target === "kubeletconfiguration" ? plainMergeSchema : podMergeSchema) as T;
    case "merge":
      return mergePatch(object, body) as T;
    case "json":
      return jsonPatch.applyPatch(object, body as Operation[], true, false, true).newDocument;
    default:
      return type satisfies never;
  }
}
