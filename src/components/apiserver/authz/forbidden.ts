import type { User } from "../authn/user.ts";
import { ApiError } from "../http/api-error.ts";
import type { RequestInfo } from "../http/request-info.ts";
import type { Authorizer, Denial } from "./authorizer.ts";

/** Throws 403 unless the user may do what the request asks for. */
export async function requirePermission(authorizer: Authorizer, user: User, info: RequestInfo): Promise<void> {
  const decision = await authorizer.authorize(user, info);
  if (!decision.allowed) throw forbiddenRequest(user, info, decision);
}

/** 403 in upstream's words: who may not do what, where, and why. */
export function forbiddenRequest(user: User, info: RequestInfo, { reason }: Denial): ApiError {
  const why = reason ? `: ${reason}` : "";
  if (info.kind === "nonResource") {
    const message = `forbidden: User ${JSON.stringify(user.name)} cannot ${info.verb} path ${JSON.stringify(info.path)}${why}`;
    return new ApiError(403, "Forbidden", message, {});
  }
  const { group, resource, subresource, name, namespace, verb } = info;
  const shown = subresource ? `${resource}/${subresource}` : resource;
  const qualified = group ? `${resource}.${group}` : resource;
  const scope = namespace ? `in the namespace ${JSON.stringify(namespace)}` : "at the cluster scope";
  const message =
    `${qualified}${name ? ` ${JSON.stringify(name)}` : ""} is forbidden: User ${JSON.stringify(user.name)} cannot ${verb} ` +
    `resource ${JSON.stringify(shown)} in API group ${JSON.stringify(group)} ${scope}${why}`;
  return new ApiError(403, "Forbidden", message, { ...(name && { name }), ...(group && { group }), kind: resource });
}
