import type { KubeObject } from "../../../kube/object.ts";
import type { ResourceType } from "../resources/resource-type.ts";
import { age, type Column, columns } from "./column.ts";
import { columnsOf } from "./columns.ts";

export type TableOptions = {
  /** None, Metadata or Object: what each row carries besides its cells. */
  readonly includeObject: string;
};

/** One object as a table, with the columns that kubectl prints. */
export function tableOf(type: ResourceType, object: KubeObject, options: TableOptions) {
  return { ...tableHead(type), rows: [rowOf(type, object, options)] };
}

/** A table without rows. */
export function tableHead(type: ResourceType) {
  return {
    kind: "Table",
    apiVersion: "meta.k8s.io/v1",
    metadata: {},
    columnDefinitions: shownOf(type).map(({ cell: _cell, ...definition }) => definition),
  };
}

export function rowOf(type: ResourceType, object: KubeObject, { includeObject }: TableOptions) {
  return {
    cells: shownOf(type).map(({ cell }) => cell(object)),
    ...(includeObject !== "None" && { object: includeObject === "Object" ? object : metadataOf(object) }),
  };
}

function shownOf(type: ResourceType): readonly Column[] {
  return columnsOf(type) ?? plain;
}

const plain: readonly Column[] = columns(["Name", (object) => object.metadata.name ?? ""], age);

function metadataOf({ metadata }: KubeObject): object {
  return { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata };
}
