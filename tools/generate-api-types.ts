/**
 * Writes the types of the Kubernetes API, as @kubernetes/client-node's models tell them, in a compact form:
 * src/components/apiserver/schema/{types,descriptions}.gen.ts. Run after an update of that package.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { builtInResources } from "../src/components/apiserver/resources/built-in.ts";

const models = new URL("../node_modules/@kubernetes/client-node/dist/gen/models/", import.meta.url);
const target = new URL("../src/components/apiserver/schema/", import.meta.url);

type Field = { name: string; type: string; format: string; isRequired: boolean; description: string };
type Model = { name: string; definition: string; description: string; fields: Field[] };

/** Where a group's Go types live, which OpenAPI names are made of. */
const packages: Readonly<Record<string, string>> = {
  "": "io.k8s.api.core",
  "apiextensions.k8s.io": "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions",
  "apiregistration.k8s.io": "io.k8s.kube-aggregator.pkg.apis.apiregistration",
};
const metaTypes = new Set(
  `ObjectMeta ListMeta LabelSelector LabelSelectorRequirement OwnerReference ManagedFieldsEntry Status StatusDetails StatusCause
  Condition DeleteOptions Preconditions FieldSelectorRequirement`.split(/\s+/),
);
const groupPrefixes = [
  "Core",
  "Events",
  "Authentication",
  "Storage",
  "Discovery",
  "Flowcontrol",
  "Rbac",
  "Resource",
  "Apiextensions",
  "Apiregistration",
  "Admissionregistration",
  "Networking",
  "Autoscaling",
];
const scalars: Readonly<Record<string, string>> = {
  boolean: "b",
  Date: "t",
  V1MicroTime: "m",
  IntOrString: "x",
  any: "o",
  object: "o",
};

const known = new Map<string, Model>();
// Core first: what several groups use belongs to it.
const roots = [...builtInResources].sort((a, b) => Number(a.group !== "") - Number(b.group !== ""));
for (const { group, version, kind } of roots) visit(rootModel(group, version, kind), { group, version });
for (const [name, kind] of [
  ["V1Scale", "autoscaling"],
  ["V1Eviction", "policy"],
  ["AuthenticationV1TokenRequest", "authentication.k8s.io"],
] as const) {
  visit(name, { group: kind, version: "v1" });
}
visit("V1DeleteOptions", { group: "meta", version: "v1" });
visit("V1Status", { group: "meta", version: "v1" });
write();

function rootModel(group: string, version: string, kind: string): string {
  const prefix = version.replace("v", "V");
  const owner = group === "" ? "Core" : capital(group.split(".")[0] ?? "");
  return (
    [`${owner}${prefix}${kind}`, `${prefix}${kind}`].find(exists) ?? fail(`no model of ${group}/${version} ${kind}`)
  );
}

function visit(name: string, owner: { group: string; version: string }): void {
  if (known.has(name)) return;
  const code = readFileSync(new URL(`${name}.js`, models), "utf8");
  const types = readFileSync(new URL(`${name}.d.ts`, models), "utf8");
  const version = /V\d+((alpha|beta)\d+)?/.exec(name)?.[0] ?? "";
  const plain = name.replace(new RegExp(`^(${groupPrefixes.join("|")})?${version}`), "");
  const definition = metaTypes.has(plain)
    ? `io.k8s.apimachinery.pkg.apis.meta.v1.${plain}`
    : `${packages[owner.group] ?? `io.k8s.api.${owner.group.split(".")[0]}`}.${version.toLowerCase() || owner.version}.${plain}`;
  const map = /attributeTypeMap = (\[[\s\S]*?\n\])/.exec(code)?.[1] ?? "[]";
  const attributes = JSON.parse(map) as { name: string; baseName: string; type: string; format: string }[];
  const fields = attributes.map((one): Field => {
    const declared = new RegExp(`(?:/\\*\\*\\n((?:(?!\\*/)[\\s\\S])*?)\\*/\\n\\s*)?'${one.name}'(\\??):`).exec(types);
    return {
      name: one.baseName,
      type: one.type,
      format: one.format,
      isRequired: declared?.[2] === "",
      description: comment(declared?.[1]),
    };
  });
  const own = /\/\*\*\n((?:(?!\*\/)[\s\S])*?)\*\/\nexport declare class/.exec(types);
  known.set(name, { name, definition, description: comment(own?.[1]), fields });
  for (const field of fields)
    for (const [model] of field.type.matchAll(/\b(?:[A-Z]\w*)?V\d\w+/g)) if (!scalars[model]) visit(model, owner);
}

function comment(text: string | undefined): string {
  return (text ?? "")
    .split("\n")
    .map((line) => line.replace(/^\s*\* ?/, "").trimEnd())
    .join("\n")
    .replace(/\\(['"`\\])/g, "$1")
    .trim();
}

function code({ type, format }: Field): string {
  const list = /^Array<(.*)>$/.exec(type)?.[1];
  if (list) return `[${code({ type: list, format: "" } as Field)}`;
  const map = /^\{ \[key: string\]: (.*); \}$/.exec(type)?.[1];
  if (map) return `{${code({ type: map, format: "" } as Field)}`;
  if (type === "string") return format === "byte" ? "y" : format === "date-time" ? "t" : "s";
  if (type === "number") return format === "double" ? "d" : format === "int32" ? "i" : "l";
  return scalars[type] ?? `#${known.get(type)?.definition ?? fail(`unknown type ${type}`)}`;
}

function write(): void {
  const sorted = [...known.values()].sort((a, b) => (a.definition < b.definition ? -1 : 1));
  const types = sorted.map(({ definition, fields }) =>
    [definition, ...fields.map((one) => `${one.name}${one.isRequired ? "!" : ""}:${code(one)}`)].join(" "),
  );
  const texts = Object.fromEntries(
    sorted.map(({ definition, description, fields }) => [
      definition,
      [description, ...fields.map((one) => one.description)],
    ]),
  );
  const header = "// Generated by tools/generate-api-types.ts out of @kubernetes/client-node; do not edit.\n";
  writeFileSync(
    new URL("types.gen.ts", target),
    `${header}export const typesText = ${JSON.stringify(types.join("\n")).replaceAll("\\n", "\\n\\\n")};\n`,
  );
  writeFileSync(
    new URL("descriptions.gen.ts", target),
    `${header}export const descriptionsText =\n  ${JSON.stringify(JSON.stringify(texts))};\n`,
  );
  console.log(`${known.size} types into ${fileURLToPath(target)}`);
}

function exists(name: string): boolean {
  try {
    readFileSync(new URL(`${name}.js`, models));
    return true;
  } catch {
    return false;
  }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function fail(message: string): never {
  throw new Error(message);
}
