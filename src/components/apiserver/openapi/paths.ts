import { patchTypes } from "../registry/patch.ts";
import { apiVersionOf, type ResourceType } from "../resources/resource-type.ts";
import { definitionOf } from "../schema/api-types.ts";
import type { Schema } from "./schemas.ts";

const json = "application/json";
const query = (name: string, description: string, type = "string") => ({ name, in: "query", description, type });
const writing = [
  query("dryRun", "When present, indicates that modifications should not be persisted."),
  query("fieldManager", "The name of the actor that makes the change."),
  query("fieldValidation", "What to do with unknown or duplicate fields: Ignore, Warn or Strict."),
];
const reading = [
  query("continue", "Where a list goes on that was begun with a limit."),
  query("fieldSelector", "Restricts the list by fields."),
  query("labelSelector", "Restricts the list by labels."),
  query("limit", "The most objects that one answer may hold.", "integer"),
  query("resourceVersion", "The state from which to answer."),
  query("timeoutSeconds", "How long a list or watch may take.", "integer"),
  query("watch", "Whether to stream changes.", "boolean"),
];
const forcing = query("force", "Whether apply takes fields from other managers.", "boolean");

/** How operations are written down: v3 has requestBody and content, v2 body parameters and consumes. */
export type PathDialect = "v2" | "v3";

/** The paths of a resource and its status. */
export function pathsOf(type: ResourceType, dialect: PathDialect): Record<string, Schema> {
  const root = `${type.group ? "/apis" : "/api"}/${apiVersionOf(type)}`;
  const collection = `${root}${type.namespaced ? "/namespaces/{namespace}" : ""}/${type.resource}`;
  const make = operations(type, dialect);
  const paths: Record<string, Schema> = {
    [collection]: make.some({ list: "get", create: "post", deletecollection: "delete" }),
    [`${collection}/{name}`]: make.some({ get: "get", update: "put", patch: "patch", delete: "delete" }),
  };
  for (const { name } of type.subresources.filter((one) => one.name === "status")) {
    paths[`${collection}/{name}/${name}`] = make.some({ get: "get", update: "put", patch: "patch" });
  }
  if (type.namespaced && type.verbs.includes("list")) paths[`${root}/${type.resource}`] = make.some({ list: "get" });
  return Object.fromEntries(Object.entries(paths).filter(([, operation]) => Object.keys(operation).length > 0));
}

const actions: Readonly<Record<string, string>> = { create: "post", update: "put" };

function operations(type: ResourceType, dialect: PathDialect) {
  const { group, version, kind, verbs } = type;
  const ref = dialect === "v3" ? `#/components/schemas/${schemaName(type)}` : `#/definitions/${schemaName(type)}`;
  const operation = (verb: string): Schema => {
    const parameters = parametersOf(verb).map((one) => parameter(one, dialect));
    const takes = verb === "patch" ? Object.values(patchTypes) : [json];
    const hasBody = ["create", "update", "patch"].includes(verb);
    const body = verb === "patch" ? { type: "object" } : { $ref: ref };
    const common = {
      operationId: `${verb}${group.replace(/\W/g, "")}${version}${kind}`,
      "x-kubernetes-action": actions[verb] ?? verb,
      "x-kubernetes-group-version-kind": { group, version, kind },
    };
    if (dialect === "v2") {
      const bodyParameter = { name: "body", in: "body", required: true, schema: body };
      return {
        ...common,
        ...(hasBody && { consumes: takes }),
        produces: [json],
        parameters: hasBody ? [...parameters, bodyParameter] : parameters,
        responses: { "200": { description: "OK", schema: { $ref: ref } } },
      };
    }
    return {
      ...common,
      parameters,
      ...(hasBody && {
        requestBody: { required: true, content: Object.fromEntries(takes.map((one) => [one, { schema: body }])) },
      }),
      responses: { "200": { description: "OK", content: { [json]: { schema: { $ref: ref } } } } },
    };
  };
  const some = (wanted: Readonly<Record<string, string>>): Schema =>
    Object.fromEntries(
      Object.entries(wanted)
        .filter(([verb]) => verbs.includes(verb))
        .map(([verb, method]) => [method, operation(verb)]),
    );
  return { some };
}

/** The name of a kind's schema; custom kinds turn their group around, as upstream does. */
export function schemaName(type: ResourceType): string {
  if (!type.custom) return definitionOf(type);
  return `${type.group.split(".").reverse().join(".")}.${type.version}.${type.kind}`;
}

function parametersOf(verb: string) {
  if (verb === "patch") return [...writing, forcing];
  if (verb === "create" || verb === "update") return writing;
  return verb === "list" || verb === "deletecollection" ? reading : [];
}

function parameter({ type, ...rest }: ReturnType<typeof query>, dialect: PathDialect): Schema {
  const shape = { type, uniqueItems: true };
  return dialect === "v2" ? { ...rest, ...shape } : { ...rest, schema: shape };
}
