import type { MergeSchema } from "../../../kube/patch/strategic-merge.ts";
import type { ResourceType } from "../resources/resource-type.ts";
import { type ApiType, apiType, type FieldType, typeOfResource } from "./api-types.ts";
import { topologyOf } from "./list-topology.ts";

/** How the lists of a built-in resource merge. */
export function mergeSchemaOf(resource: ResourceType): MergeSchema {
  return schemaOf(typeOfResource(resource));
}

function schemaOf(type: ApiType | undefined): MergeSchema {
  return {
    list(field) {
      const { patchKey, strategy } = topologyOf(type?.short ?? "", field);
      if (!strategy?.startsWith("merge")) return undefined;
      return patchKey === undefined ? { kind: "set" } : { kind: "map", key: patchKey };
    },
    below: (field) => schemaOf(elementType(type?.fields.get(field)?.type)),
  };
}

function elementType(type: FieldType | undefined): ApiType | undefined {
  if (type?.kind === "list") return elementType(type.of);
  return type?.kind === "type" ? apiType(type.definition) : undefined;
}
