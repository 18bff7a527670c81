import { type Authentication, authenticate } from "../authn/authenticate.ts";
import { impersonated } from "../authn/impersonate.ts";
import type { Authorizer } from "../authz/authorizer.ts";
import { noSuchPath } from "./api-error.ts";
import type { Exchange, Reply } from "./exchange.ts";
import { requestInfo } from "./request-info.ts";

export type Endpoint = (exchange: Exchange) => Promise<Reply> | Reply;
export type Routes = {
  /** Resources: any path of a group version below /api and /apis. */
  readonly resource: Endpoint;
  /** Exact paths; the value serves GET. */
  readonly paths: Map<string, Endpoint>;
  /** Paths by prefix, after the exact ones. */
  readonly prefixes: readonly (readonly [prefix: string, endpoint: Endpoint])[];
};
/** A request before it is known whose it is. */
export type Arrived = Pick<Exchange, "request" | "response" | "warnings" | "upgrade">;
export type Gate = { readonly authentication: Authentication; readonly authorizer: Authorizer };

/** The request with its sender and its meaning. */
export async function identified({ authentication, authorizer }: Gate, arrived: Arrived): Promise<Exchange> {
  const { request } = arrived;
  const url = request.url ?? "/";
  const at = url.indexOf("?");
  const path = at < 0 ? url : url.slice(0, at);
  const query = new URLSearchParams(at < 0 ? "" : url.slice(at + 1));
  const method = request.method ?? "GET";
  const sender = await authenticate(request, authentication);
  const user = await impersonated(sender, request, authorizer);
  return { ...arrived, method, path, query, info: requestInfo(method, path, query), user };
}

/** Who serves a request; throws 404 when nobody does. */
export function endpointOf(routes: Routes, { info, path }: Exchange): Endpoint {
  if (info.kind === "resource") return routes.resource;
  const trimmed = path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
  const endpoint = routes.paths.get(trimmed) ?? routes.prefixes.find(([prefix]) => path.startsWith(prefix))?.[1];
  if (!endpoint) throw noSuchPath();
  return endpoint;
}
