import { parseFieldSelector } from "../../../kube/field-selector.ts";

/** What a path and a method mean, as authorization, admission and the handlers see it. */
export type RequestInfo =
  | { readonly kind: "nonResource"; readonly path: string; readonly verb: string }
  | ResourceRequest;

export type ResourceRequest = {
  readonly kind: "resource";
  readonly path: string;
  readonly verb: string;
  /** "" for the core group. */
  readonly group: string;
  readonly version: string;
  /** "" where the path names none. */
  readonly namespace: string;
  readonly resource: string;
  readonly subresource: string;
  /** The one object that is asked for, also by a list or watch that selects it; "" for a whole collection. */
  readonly name: string;
  /** What follows the subresource: the path that proxy passes on. */
  readonly rest: readonly string[];
  /** Of a request for a collection, as the client wrote it. */
  readonly fieldSelector?: string;
};

const itemVerbs: Readonly<Record<string, string>> = {
  POST: "create",
  GET: "get",
  HEAD: "get",
  PUT: "update",
  PATCH: "patch",
  DELETE: "delete",
};
/** Segments below a namespace that belong to the namespace itself. */
const namespaceSubresources = new Set(["status", "finalize"]);

/** Reads a request line; anything that is no path of a resource is a non-resource request with the method as verb. */
export function requestInfo(method: string, path: string, query: URLSearchParams): RequestInfo {
  const parts = path.split("/").filter(Boolean).map(decodeSegment);
  const nonResource: RequestInfo = { kind: "nonResource", path, verb: method.toLowerCase() };
  const place = groupVersionOf(parts);
  if (!place) return nonResource;
  const isLegacyWatch = parts[place.taken] === "watch";
  const rest = parts.slice(place.taken + (isLegacyWatch ? 1 : 0));
  const target = resourceOf(rest);
  if (!target) return nonResource;
  const verb = isLegacyWatch ? "watch" : verbOf(method, target.name, query);
  const name = target.name || (verb === "list" || verb === "watch" ? selectedName(query) : "");
  const fieldSelector = collectionVerbs.has(verb) ? query.get("fieldSelector") : undefined;
  const { group, version } = place;
  return { kind: "resource", path, verb, group, version, ...target, name, ...(fieldSelector && { fieldSelector }) };
}

const collectionVerbs = new Set(["list", "watch", "deletecollection"]);

function groupVersionOf(parts: readonly string[]): { group: string; version: string; taken: number } | undefined {
  const [root, first, second] = parts;
  if (root === "api" && first && parts.length > 2) return { group: "", version: first, taken: 2 };
  if (root === "apis" && first && second && parts.length > 3) return { group: first, version: second, taken: 3 };
  return undefined;
}

type Target = Pick<ResourceRequest, "namespace" | "resource" | "name" | "subresource" | "rest">;

function resourceOf(parts: readonly string[]): Target | undefined {
  const [first = "", second = "", third = "", fourth = ""] = parts;
  if (!first) return undefined;
  if (first !== "namespaces" || parts.length < 3 || namespaceSubresources.has(third)) {
    const namespace = first === "namespaces" ? second : "";
    return { namespace, resource: first, name: second, subresource: third, rest: parts.slice(3) };
  }
  return {
    namespace: second,
    resource: third,
    name: fourth,
    subresource: parts[4] ?? "",
    rest: parts.slice(5),
  };
}

function verbOf(method: string, name: string, query: URLSearchParams): string {
  if (name) {
    return itemVerbs[method] ?? method.toLowerCase();
  }
  if (method === "GET" || method === "HEAD") return isTrue(query.get("watch")) ? "watch" : "list";
  if (method === "DELETE") return "deletecollection";
  return itemVerbs[method] ?? method.toLowerCase();
}

/** What a field selector for one name selects: it is authorized as that object's (apiserver/pkg/endpoints/request). */
function selectedName(query: URLSearchParams): string {
  const terms = parseFieldSelector(query.get("fieldSelector") ?? "") ?? [];
  return terms.find(({ path, equal }) => path === "metadata.name" && equal)?.value ?? "";
}

/** Upstream's reading of a boolean parameter: present and not "false" or "0". */
export function isTrue(value: string | null): boolean {
  return value !== null && value !== "false" && value !== "0";
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
