import type { KubeObject } from "../../../kube/object.ts";
import { mergePatch } from "../../../kube/patch/merge-patch.ts";
import { PatchError } from "../../../kube/patch/patch-error.ts";
import { strategicMerge } from "../../../kube/patch/strategic-merge.ts";
import { badRequest, unsupportedMediaType } from "../http/api-error.ts";
import { applyJsonPatch } from "../patch/json-patch.ts";
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
      return strategically(current, mapOf(patch), type);
    default:
      throw unsupportedMediaType(acceptedFor(type));
  }
}

function strategically(current: KubeObject, patch: unknown, type: ResourceType): KubeObject {
  try {
    return strategicMerge(current, patch, mergeSchemaOf(type)) as KubeObject;
  } catch (error) {
    if (error instanceof PatchError) throw badRequest(error.message);
    throw error;
  }
}

function acceptedFor({ custom }: ResourceType): string[] {
  return Object.values(patchTypes).filter((one) => !custom || one !== patchTypes.strategic);
}

function mapOf(patch: unknown): unknown {
  if (typeof patch !== "object" || patch === null || Array.isArray(patch)) {
    throw badRequest("error decoding patch: the patch is not an object");
  }
  return patch;
}
