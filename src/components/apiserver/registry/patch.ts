import type { KubeObject } from "../../../kube/object.ts";
import { badRequest, unsupportedMediaType } from "../http/api-error.ts";
import { applyJsonPatch } from "../patch/json-patch.ts";
import { mergePatch } from "../patch/merge-patch.ts";
import { strategicMerge } from "../patch/strategic-merge.ts";
import type { ResourceType } from "../resources/resource-type.ts";
import { mergeSchemaOf } from "../schema/merge-schema.ts";

export const patchTypes = {
  json: "application/json-patch+json",
  merge: "application/merge-patch+json",
  strategic: "application/strategic-merge-patch+json",
  apply: "application/apply-patch+yaml",
} as const;

/** The object that a patch (not an apply) makes of the current one. */
export function patched(
  current: KubeObject,
  { mediaType, patch, type }: { mediaType: string; patch: unknown; type: ResourceType },
): KubeObject {
  switch (mediaType) {
    case patchTypes.json:
      return applyJsonPatch(current, patch);
    case patchTypes.merge:
      return mergePatch(current, mapOf(patch)) as KubeObject;
    case patchTypes.strategic:
      if (type.custom) throw unsupportedMediaType(acceptedFor(type));
      return strategicMerge(current, mapOf(patch), mergeSchemaOf(type)) as KubeObject;
    default:
      throw unsupportedMediaType(acceptedFor(type));
  }
}

export function acceptedFor({ custom }: ResourceType): string[] {
  return Object.values(patchTypes).filter((one) => !custom || one !== patchTypes.strategic);
}

function mapOf(patch: unknown): unknown {
  if (typeof patch !== "object" || patch === null || Array.isArray(patch)) {
    throw badRequest("error decoding patch: the patch is not an object");
  }
  return patch;
}
