import { parseYaml } from "../../../base/yaml.ts";
import type { KubeObject } from "../../../kube/object.ts";
import { badRequest, unsupportedMediaType } from "../http/api-error.ts";
import { header, type RawRequest, readBody } from "../http/exchange.ts";
import { decodeProtobuf } from "../protobuf/decode.ts";
import { apiVersionOf, type ResourceType } from "../resources/resource-type.ts";
import { duplicateKeys } from "./duplicate-keys.ts";

const maxDepth = 200;
const accepted = ["application/json", "application/yaml", "application/vnd.kubernetes.protobuf"];
const utf8 = new TextDecoder("utf-8", { fatal: true });

const protobuf = "application/vnd.kubernetes.protobuf";

/** A body's value, and the paths of fields that stand in it more than once, which are looked for when they are asked for. */
export type Submitted = { readonly value: unknown; readonly duplicates: () => readonly string[] };

/** The value of a JSON, YAML or protobuf body; 415 on other media types, 400 on what does not parse. */
export async function readValue(request: RawRequest): Promise<unknown> {
  return (await readSubmitted(request)).value;
}

/** As readValue, with what has been lost in parsing. */
export async function readSubmitted(request: RawRequest): Promise<Submitted> {
  const type = header(request, "content-type").split(";")[0]?.trim() || "application/json";
  if (type === protobuf) return { value: fromProtobuf(await readBody(request)), duplicates: () => [] };
  if (!/^application\/(json|yaml)$/.test(type)) throw unsupportedMediaType(accepted);
  return submittedIn(await readBody(request), type === "application/yaml");
}

export function submittedIn(body: Buffer, isYaml = false): Submitted {
  // YAML that is no JSON is refused by its parser where a key stands twice.
  const duplicates = () => (isYaml && !looksLikeJson(body) ? [] : duplicateKeys(decoded(body)));
  return { value: parseBody(body, isYaml), duplicates };
}

/** kubectl sends applied configurations as JSON, which YAML includes. */
function looksLikeJson(body: Buffer): boolean {
  return body.toString("latin1", 0, 64).trimStart().startsWith("{");
}

function fromProtobuf(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  const value = readProtobuf(body);
  if (value === undefined) throw unsupportedMediaType(accepted);
  return value;
}

function readProtobuf(body: Buffer): unknown {
  try {
    return decodeProtobuf(body);
  } catch (error) {
    throw badRequest(`the object provided is unrecognized: ${error instanceof Error ? error.message : String(error)}`);
  }
}

export function parseBody(body: Buffer, isYaml = false): unknown {
  const text = decoded(body);
  if (text.trim() === "") return undefined;
  try {
    const value: unknown = isYaml && !looksLikeJson(body) ? parseYaml(text) : parseJson(text, isYaml);
    return shallowEnough(value);
  } catch (error) {
    throw badRequest(`the object provided is unrecognized: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Flow-style YAML begins like JSON. */
function parseJson(text: string, isYaml: boolean): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (isYaml) return parseYaml(text);
    throw error;
  }
}

/** An object with apiVersion, kind and metadata as the path promises them. */
export function objectOf(value: unknown, expected: { apiVersion: string; kind: string }): KubeObject {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw badRequest("the body of the request is not an object");
  }
  const { apiVersion, kind, metadata, ...rest } = value as Partial<KubeObject>;
  if ((apiVersion && apiVersion !== expected.apiVersion) || (kind && kind !== expected.kind)) {
    throw badRequest(
      `${kind ?? "the object"} in version ${JSON.stringify(apiVersion ?? "")} cannot be handled as a ${expected.kind}: ` +
        `the API version in the data (${apiVersion}) does not match the expected API version (${expected.apiVersion})`,
    );
  }
  if (metadata !== undefined && (typeof metadata !== "object" || metadata === null || Array.isArray(metadata))) {
    throw badRequest("metadata is not an object");
  }
  return { ...expected, metadata: { ...metadata }, ...rest };
}

export function expectedOf(type: ResourceType): { apiVersion: string; kind: string } {
  return { apiVersion: apiVersionOf(type), kind: type.kind };
}

function decoded(body: Buffer): string {
  try {
    return utf8.decode(body);
  } catch {
    throw badRequest("the body of the request is not valid UTF-8");
  }
}

/** Refuses nesting that recursive code could not walk. */
function shallowEnough(value: unknown): unknown {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > maxDepth) throw new Error(`exceeded max depth of ${maxDepth}`);
    level = level.flatMap((one) => (typeof one === "object" && one !== null ? Object.values(one) : []));
  }
  return value;
}
