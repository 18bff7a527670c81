import { ApiError, badRequest } from "../http/api-error.ts";
import type { Reply } from "../http/exchange.ts";
import type { ResourceType } from "../resources/resource-type.ts";
import { apiVersionOf } from "../resources/resource-type.ts";
import { selection } from "../selection/selection.ts";
import type { Entry } from "../storage/entry.ts";
import type { RegistryContext } from "./context.ts";
import { type ContinueToken, decodeContinue, encodeContinue } from "./continue-token.ts";
import { servedBody } from "./convert.ts";
import { readAtRevision } from "./list-at-revision.ts";
import { checkListOptions } from "./list-options.ts";

export type ListParameters = {
  readonly namespace: string;
  readonly labelSelector: string;
  readonly fieldSelector: string;
  readonly limit: number;
  readonly continueToken: string;
  readonly resourceVersion: string;
  readonly resourceVersionMatch: string;
};
/** A page of a collection. */
export type Page = {
  readonly entries: readonly Entry[];
  readonly revision: number;
  readonly continueToken?: string;
  readonly remaining?: number;
};

export function listParameters(query: URLSearchParams, namespace: string): ListParameters {
  const limit = Number(query.get("limit") ?? 0);
  if (!Number.isInteger(limit)) throw badRequest(`strconv.ParseInt: parsing "${query.get("limit")}": invalid syntax`);
  const parameters = {
    namespace,
    labelSelector: query.get("labelSelector") ?? "",
    fieldSelector: query.get("fieldSelector") ?? "",
    limit: Math.max(0, limit),
    continueToken: query.get("continue") ?? "",
    resourceVersion: query.get("resourceVersion") ?? "",
    resourceVersionMatch: query.get("resourceVersionMatch") ?? "",
  };
  checkListOptions(query);
  return parameters;
}

/** The wanted page: from the watch cache, or, for a revision of the past, from etcd. */
export async function listPage(
  context: RegistryContext,
  type: ResourceType,
  parameters: ListParameters,
): Promise<Page> {
  const select = selection(type, parameters);
  const token = parameters.continueToken ? decodeContinue(parameters.continueToken) : undefined;
  const revision = await wantedRevision(context, parameters, token);
  const cache = await context.store.cache(type);
  const prefix = type.namespaced && parameters.namespace ? `${cache.prefix}${parameters.namespace}/` : cache.prefix;
  const isPast = revision !== undefined && cache.changedAt > revision;
  const at = revision ?? context.store.mirror.revision;
  if (isPast)
    return readAtRevision(context.store.etcd, type, { prefix, revision: at, token, limit: parameters.limit, select });
  const keys = cache.keys.withPrefix(prefix, token ? `${prefix}${token.start}` : undefined);
  const found = keys.flatMap((key) => cache.entries.get(key) ?? []).filter(select.matches);
  return cut(found, { limit: parameters.limit, revision: at, prefix, isCounted: !select.isNarrow });
}

/** The revision that must be shown exactly; undefined when the cache as it now is will do. */
async function wantedRevision(
  { store }: RegistryContext,
  { resourceVersion, resourceVersionMatch }: ListParameters,
  token: ContinueToken | undefined,
): Promise<number | undefined> {
  if (token && token.revision > 0) return token.revision;
  if (resourceVersion === "" || token) {
    await store.mirror.caughtUp();
    return undefined;
  }
  const revision = Number(resourceVersion);
  if (revision === 0) return undefined;
  if (revision > store.mirror.revision && revision > (await store.mirror.caughtUp()))
    throw tooLarge(revision, store.mirror.revision);
  await store.mirror.reached(revision);
  return resourceVersionMatch === "Exact" ? revision : undefined;
}

type Cut = { readonly limit: number; readonly revision: number; readonly prefix: string; readonly isCounted: boolean };

/** The first page; how much remains is told only where no selector makes it a guess, as upstream has it. */
function cut(found: readonly Entry[], at: Cut): Page {
  if (at.limit === 0 || found.length <= at.limit) return { entries: found, revision: at.revision };
  const entries = found.slice(0, at.limit);
  const next = `${entries.at(-1)?.key.slice(at.prefix.length)}\0`;
  return {
    entries,
    revision: at.revision,
    continueToken: encodeContinue({ revision: at.revision, start: next }),
    ...(at.isCounted && { remaining: found.length - at.limit }),
  };
}

/** The list as JSON: the objects' own bytes between a few of ours. */
export function listReply(type: ResourceType, page: Page): Reply {
  return { kind: "parts", status: 200, parts: listParts(type, page) };
}

function* listParts(type: ResourceType, { entries, ...page }: Page): Generator<Buffer> {
  const metadata = listMetadata(page);
  yield Buffer.from(
    `{"kind":${JSON.stringify(type.listKind)},"apiVersion":${JSON.stringify(apiVersionOf(type))},"metadata":${JSON.stringify(metadata)},"items":[`,
  );
  yield* separated(entries.values().map((entry) => servedBody(entry.body, type)));
  yield Buffer.from("]}\n");
}

const comma = Buffer.from(",");

/** Elements of a JSON array. */
export function* separated(elements: Iterable<Buffer>): Generator<Buffer> {
  let isFirst = true;
  for (const element of elements) {
    if (!isFirst) yield comma;
    isFirst = false;
    yield element;
  }
}

/** metadata of a List. */
export function listMetadata({ revision, continueToken, remaining }: Omit<Page, "entries">): object {
  return {
    resourceVersion: String(revision),
    ...(continueToken && { continue: continueToken }),
    ...(remaining !== undefined && { remainingItemCount: remaining }),
  };
}

function tooLarge(wanted: number, current: number): ApiError {
  return new ApiError(504, "Timeout", `Too large resource version: ${wanted}, current: ${current}`, {
    causes: [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }],
    retryAfterSeconds: 1,
  });
}
