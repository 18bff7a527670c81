import { isDeepStrictEqual } from "node:util";
import type { KubeObject } from "../../../kube/object.ts";
import type { DefinitionSpec } from "../crd/definition.ts";
import type { StructuralSchema } from "../crd/schema.ts";
import { structuralErrors } from "../crd/structural.ts";
import { type FieldError, forbiddenField, invalid, required } from "./field-error.ts";
import { dnsLabel1035, dnsSubdomain } from "./names.ts";

/** A CustomResourceDefinition: names that fit together, one stored version, a schema for each. */
export function validateDefinition({ metadata, spec: rawSpec }: KubeObject): FieldError[] {
  const spec = (rawSpec ?? {}) as Partial<DefinitionSpec>;
  const { group = "", names, scope, versions = [] } = spec;
  const wantedName = `${names?.plural ?? ""}.${group}`;
  return [
    ...(metadata.name === wantedName
      ? []
      : [invalid("metadata.name", metadata.name, `must be spec.names.plural+"."+spec.group`)]),
    ...(group ? dnsSubdomain(group).map((text) => invalid("spec.group", group, text)) : [required("spec.group")]),
    ...(group && !group.includes(".")
      ? [invalid("spec.group", group, "should be a domain with at least one dot")]
      : []),
    ...(scope ? [] : [required("spec.scope")]),
    ...(names?.plural
      ? dnsLabel1035(names.plural).map((text) => invalid("spec.names.plural", names.plural, text))
      : [required("spec.names.plural")]),
    ...(names?.kind ? [] : [required("spec.names.kind")]),
    ...versionErrors(versions),
  ];
}

function versionErrors(versions: DefinitionSpec["versions"]): FieldError[] {
  const stored = versions.filter((one) => one.storage).length;
  return [
    ...(versions.length === 0 ? [required("spec.versions", "must have at least one version")] : []),
    ...(versions.length > 0 && stored !== 1
      ? [
          invalid(
            "spec.versions",
            versions.map((one) => one.name),
            "must have exactly one version marked as storage version",
          ),
        ]
      : []),
    ...schemaErrors(versions),
  ];
}

/** A schema that all versions share is told of at the place where it stood in v1beta1, as upstream does. */
function schemaErrors(versions: DefinitionSpec["versions"]): FieldError[] {
  const schemas = versions.map(({ schema }) => schema?.openAPIV3Schema as StructuralSchema | undefined);
  const [first, ...others] = schemas;
  const isShared = first !== undefined && others.every((one) => isDeepStrictEqual(one, first));
  if (isShared) return structuralErrors(first, "spec.validation.openAPIV3Schema");
  return schemas.flatMap((schema, index) => {
    const path = `spec.versions[${index}].schema.openAPIV3Schema`;
    return schema ? structuralErrors(schema, path) : [required(path, "schemas are required")];
  });
}

export function validateDefinitionUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  const [now, before] = [object.spec as DefinitionSpec, old.spec as DefinitionSpec];
  return [
    ...(now.group === before.group ? [] : [invalid("spec.group", now.group, "field is immutable")]),
    ...(now.scope === before.scope ? [] : [invalid("spec.scope", now.scope, "field is immutable")]),
    ...(now.names.plural === before.names.plural ? [] : [forbiddenField("spec.names.plural", "field is immutable")]),
  ];
}
