import { createHash } from "node:crypto";
import { kubernetesVersion } from "../discovery/version.ts";
import type { Catalog } from "../resources/catalog.ts";
import type { ResourceType } from "../resources/resource-type.ts";
import { pathsOf, schemaName } from "./paths.ts";
import { type Descriptions, markKinds, type Schema, schemasOf } from "./schemas.ts";

const info = { title: "Kubernetes", version: kubernetesVersion };

/** "api/v1" or "apis/apps/v1": where a group version's document is found below /openapi/v3. */
export function groupVersionPaths(catalog: Catalog): string[] {
  return [...new Set(catalog.all().map(pathOf))].sort();
}

/** Lists the documents; each address carries a hash, so that clients keep what did not change. */
export function openApiIndex(catalog: Catalog): object {
  const entries = groupVersionPaths(catalog).map((path) => {
    const types = catalog.all().filter((one) => pathOf(one) === path);
    const facts = types.map(({ resource, kind, openApiSchema }) => [resource, kind, openApiSchema]);
    const hash = createHash("sha256")
      .update(JSON.stringify([kubernetesVersion, facts]))
      .digest("hex")
      .toUpperCase();
    return [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${hash}` }];
  });
  return { paths: Object.fromEntries(entries) };
}

/** The OpenAPI v3 document of one group version; undefined when there is none. */
export function openApiV3(catalog: Catalog, path: string, descriptions: Descriptions): object | undefined {
  const types = catalog.all().filter((one) => pathOf(one) === path);
  if (types.length === 0) return undefined;
  const schemas = schemasFor(types, "#/components/schemas/", descriptions);
  const paths = Object.assign({}, ...types.map((type) => pathsOf(type, "v3"))) as object;
  return { openapi: "3.0.0", info, paths, components: { schemas } };
}

/** The OpenAPI v2 document of everything. */
export function openApiV2(catalog: Catalog, descriptions: Descriptions): Swagger {
  const types = catalog.all();
  const definitions = schemasFor(types, "#/definitions/", descriptions);
  const paths = Object.assign({}, ...types.map((type) => pathsOf(type, "v2"))) as Record<string, Schema>;
  return { swagger: "2.0", info, paths, definitions };
}

export type Swagger = {
  readonly swagger: "2.0";
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Record<string, Schema>;
  readonly definitions: Record<string, Schema>;
};

function schemasFor(
  types: readonly ResourceType[],
  refPrefix: string,
  descriptions: Descriptions,
): Record<string, Schema> {
  const builtIn = types.filter(({ custom }) => !custom);
  const metas = ["ObjectMeta", "ListMeta", "DeleteOptions", "Status"].map(
    (one) => `io.k8s.apimachinery.pkg.apis.meta.v1.${one}`,
  );
  const schemas = schemasOf([...builtIn.map(schemaName), ...metas], { refPrefix, descriptions });
  markKinds(schemas, builtIn, refPrefix);
  for (const type of types) if (type.custom) schemas[schemaName(type)] = customSchema(type, refPrefix);
  return schemas;
}

function customSchema({ group, version, kind, openApiSchema }: ResourceType, refPrefix: string): Schema {
  const schema = (openApiSchema ?? { type: "object" }) as { properties?: object };
  return {
    ...schema,
    properties: {
      ...schema.properties,
      apiVersion: { type: "string" },
      kind: { type: "string" },
      metadata: { $ref: `${refPrefix}io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta` },
    },
    "x-kubernetes-group-version-kind": [{ group, version, kind }],
  };
}

function pathOf({ group, version }: ResourceType): string {
  return group ? `apis/${group}/${version}` : `api/${version}`;
}
