import type { KubeObject } from "../../../kube/object.ts";
import type { ResourceType } from "../resources/resource-type.ts";
import { age, type Column, columns } from "./column.ts";
import { columnsOf } from "./columns.ts";

export type TableOptions = {
  /** None, Metadata or Object: what each row carries besides its cells. */
  readonly includeObject: string;
};

/** Objects as rows, with the columns that kubectl prints. */
export function tableOf(type: ResourceType, objects: readonly KubeObject[], { includeObject }: TableOptions) {
  const shown = columnsOf(type) ?? plain;
  return {
    kind: "Table",
    apiVersion: "meta.k8s.io/v1",
    metadata: {},
    columnDefinitions: shown.map(({ cell: _cell, ...definition }) => definition),
    rows: objects.map((object) => ({
      cells: shown.map(({ cell }) => cell(object)),
      ...(includeObject !== "None" && { object: includeObject === "Object" ? object : metadataOf(object) }),
    })),
  };
}

const plain: readonly Column[] = columns(["Name", (object) => object.metadata.name ?? ""], age);

function metadataOf({ metadata }: KubeObject): object {
  return { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata };
}
