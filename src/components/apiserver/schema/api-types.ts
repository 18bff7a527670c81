import { wireFields } from "../protobuf/messages.ts";
import type { ResourceType } from "../resources/resource-type.ts";
import { typesText } from "./types.gen.ts";

/** What a field holds. Scalars: s string, b boolean, i int32, l int64, d double, t time, m micro time, y bytes, x int or string, q quantity, o anything. */
export type FieldType =
  | { readonly kind: "scalar"; readonly code: string }
  | { readonly kind: "list" | "map"; readonly of: FieldType }
  | { readonly kind: "type"; readonly definition: string };
export type ApiField = { readonly name: string; readonly isRequired: boolean; readonly type: FieldType };
export type ApiType = {
  /** As OpenAPI names it: io.k8s.api.core.v1.PodSpec */
  readonly definition: string;
  /** group.Type, as the table of list topologies names it: core.PodSpec */
  readonly short: string;
  readonly fields: ReadonlyMap<string, ApiField>;
};

let lines: Map<string, string> | undefined;
const parsed = new Map<string, ApiType>();

/** The type of an OpenAPI name; parsed at first use. */
export function apiType(definition: string): ApiType | undefined {
  const known = parsed.get(definition);
  if (known) return known;
  lines ??= new Map(typesText.split("\n").map((line) => [line.slice(0, line.indexOf(" ")), line]));
  const line = lines.get(definition);
  if (line === undefined) return undefined;
  const type = parseType(line);
  parsed.set(definition, type);
  return type;
}

const packages: Readonly<Record<string, string>> = {
  "": "io.k8s.api.core",
  "apiextensions.k8s.io": "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions",
  "apiregistration.k8s.io": "io.k8s.kube-aggregator.pkg.apis.apiregistration",
};

/** The OpenAPI name of a built-in kind. */
export function definitionOf({ group, version, kind }: { group: string; version: string; kind: string }): string {
  return `${packages[group] ?? `io.k8s.api.${group.split(".")[0]}`}.${version}.${kind}`;
}

/** The type of a built-in resource's objects; undefined for custom ones. */
export function typeOfResource(resource: ResourceType): ApiType | undefined {
  return resource.custom ? undefined : apiType(definitionOf(resource));
}

/** The type of a built-in resource's objects as they are stored. */
export function storedTypeOf(resource: ResourceType): ApiType | undefined {
  if (resource.custom) return undefined;
  const [group, version] = resource.storageVersion.includes("/")
    ? resource.storageVersion.split("/")
    : ["", resource.storageVersion];
  return apiType(definitionOf({ group: group ?? "", version: version ?? "", kind: resource.kind }));
}

function parseType(line: string): ApiType {
  const [definition = "", ...fields] = line.split(" ");
  const parts = definition.split(".");
  const quantities = quantityFields(definition);
  return {
    definition,
    short: `${parts.at(-3)}.${parts.at(-1)}`,
    fields: new Map(
      fields.map((text) => {
        const [, name = "", mark, code = ""] = /^(.*?)(!?):(.*)$/.exec(text) ?? [];
        const type = fieldType(quantities.has(name) ? code.replace(/s$/, "q") : code);
        return [name, { name, isRequired: mark === "!", type }];
      }),
    ),
  };
}

/** The models call quantities strings; the protobuf table knows them. */
function quantityFields(definition: string): ReadonlySet<string> {
  const message = definition.replace(/^io\.k8s\.(?:api|apimachinery\.pkg\.apis)\./, "");
  const fields = [...(wireFields(message)?.values() ?? [])];
  return new Set(fields.filter(({ code }) => code.endsWith("Q")).map(({ name }) => name));
}

function fieldType(code: string): FieldType {
  if (code.startsWith("[")) return { kind: "list", of: fieldType(code.slice(1)) };
  if (code.startsWith("{")) return { kind: "map", of: fieldType(code.slice(1)) };
  if (code.startsWith("#")) return { kind: "type", definition: code.slice(1) };
  return { kind: "scalar", code };
}
