import type { KubeObject } from "../../../kube/object.ts";
import type { Strategy } from "../registry/strategy.ts";
import { type ResourceType, scale, status, storedVerbs } from "../resources/resource-type.ts";
import { age, type Cell, type Column, columns, name, since } from "../table/column.ts";
import { applyDefaults } from "./default.ts";
import { jsonPath } from "./json-path.ts";
import { prune } from "./prune.ts";
import type { StructuralSchema } from "./schema.ts";
import { customShape } from "./shape.ts";
import { validateSchema } from "./validate.ts";

export type DefinitionSpec = {
  readonly group: string;
  readonly scope: "Namespaced" | "Cluster";
  readonly names: Names;
  readonly versions: readonly Version[];
  readonly preserveUnknownFields?: boolean;
};
export type Names = {
  readonly plural: string;
  readonly singular?: string;
  readonly kind: string;
  readonly listKind?: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
};
export type Version = {
  readonly name: string;
  readonly served: boolean;
  readonly storage: boolean;
  readonly deprecated?: boolean;
  readonly deprecationWarning?: string;
  readonly schema?: { readonly openAPIV3Schema?: StructuralSchema };
  readonly subresources?: { readonly status?: object; readonly scale?: ScalePaths };
  readonly additionalPrinterColumns?: readonly PrinterColumn[];
  readonly selectableFields?: readonly { readonly jsonPath: string }[];
};
export type ScalePaths = {
  readonly specReplicasPath: string;
  readonly statusReplicasPath: string;
  readonly labelSelectorPath?: string;
};
type PrinterColumn = {
  readonly name: string;
  readonly type: string;
  readonly format?: string;
  readonly description?: string;
  readonly priority?: number;
  readonly jsonPath: string;
};

/** The resources that a definition serves: one for each served version. */
export function resourcesOf({ spec: rawSpec }: KubeObject): ResourceType[] {
  const spec = rawSpec as DefinitionSpec;
  const stored = spec.versions.find((one) => one.storage)?.name ?? spec.versions[0]?.name ?? "";
  return spec.versions.filter((one) => one.served).map((version) => resourceOf(spec, version, stored));
}

function resourceOf({ group, scope, names }: DefinitionSpec, version: Version, stored: string): ResourceType {
  const schema = version.schema?.openAPIV3Schema;
  const fields = (version.selectableFields ?? []).map(
    ({ jsonPath: path }) => [path.replace(/^\./, ""), jsonPath(path)] as const,
  );
  return {
    group,
    version: version.name,
    resource: names.plural,
    singular: names.singular ?? names.kind.toLowerCase(),
    kind: names.kind,
    listKind: names.listKind ?? `${names.kind}List`,
    namespaced: scope === "Namespaced",
    verbs: storedVerbs,
    shortNames: names.shortNames ?? [],
    categories: names.categories ?? [],
    subresources: [
      ...(version.subresources?.status ? [status(names.kind)] : []),
      ...(version.subresources?.scale ? [scale()] : []),
    ],
    storagePath: `${group}/${names.plural}`,
    storageVersion: `${group}/${stored}`,
    fieldsOf:
      fields.length === 0
        ? undefined
        : (object) => Object.fromEntries(fields.map(([path, find]) => [path, String(find(object)[0] ?? "")])),
    custom: true,
    ...(version.deprecated && {
      deprecation: version.deprecationWarning ?? `${group}/${version.name} ${names.kind} is deprecated`,
    }),
    columns: columnsOf(version.additionalPrinterColumns),
    ...(version.subresources?.scale && { scalePaths: version.subresources.scale }),
    ...(schema && { openApiSchema: schema }),
    shape: customShape(schema),
  };
}

function columnsOf(list: readonly PrinterColumn[] | undefined): Column[] {
  if (!list) return columns(name, age);
  return [
    ...columns(name),
    ...list.map((one): Column => {
      const find = jsonPath(one.jsonPath);
      return {
        name: one.name,
        type: one.type === "date" ? "string" : (one.type as Column["type"]),
        format: one.format ?? "",
        description: one.description ?? "",
        priority: one.priority ?? 0,
        cell: (object) => cellOf(one.type, find(object)),
      };
    }),
  ];
}

function cellOf(type: string, [value]: readonly unknown[]): Cell {
  if (type === "date") return since(value as string | undefined);
  if (value === undefined || value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : (value as Cell);
}

/** Pruning, defaulting and validation by the schema of a version. */
export function customStrategy(type: ResourceType): Strategy {
  const schema = type.openApiSchema as StructuralSchema | undefined;
  const common = { hasGeneration: true, updatesNeedVersion: true };
  if (!schema) return common;
  const withBasics: StructuralSchema = {
    ...schema,
    type: "object",
    properties: { ...schema.properties, apiVersion: any, kind: any, metadata: any },
  };
  const check = (object: KubeObject) => validateSchema({ ...object }, withoutMetadata(withBasics), "");
  return {
    ...common,
    prepare: (object, dropped) => {
      prune(object, withBasics, dropped);
      applyDefaults(object, withoutMetadata(withBasics));
    },
    validate: check,
  };
}

const any: StructuralSchema = { "x-kubernetes-preserve-unknown-fields": true };

/** Metadata is checked as every kind's is. */
function withoutMetadata(schema: StructuralSchema): StructuralSchema {
  return { ...schema, properties: { ...schema.properties, metadata: any } };
}
