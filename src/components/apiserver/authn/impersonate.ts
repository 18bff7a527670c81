import type { Authorizer } from "../authz/authorizer.ts";
import { requirePermission } from "../authz/forbidden.ts";
import { ApiError } from "../http/api-error.ts";
import { header, type RawRequest } from "../http/exchange.ts";
import type { ResourceRequest } from "../http/request-info.ts";
import { anonymous, authenticated, groups, serviceAccountOf, type User } from "./user.ts";

const extraPrefix = "impersonate-extra-";

/** The user whom the Impersonate headers name, if the sender may act as that one; the sender itself without them. */
export async function impersonated(sender: User, request: RawRequest, authorizer: Authorizer): Promise<User> {
  const name = header(request, "impersonate-user");
  const wantedGroups = values(request, "impersonate-group");
  const uid = header(request, "impersonate-uid");
  const extra = extraOf(request);
  if (!name) {
    if (wantedGroups.length > 0 || uid || Object.keys(extra).length > 0) {
      throw new ApiError(500, "InternalError", "requested impersonation without impersonating a user");
    }
    return sender;
  }
  for (const info of demands({ name, groups: wantedGroups, uid, extra })) {
    await requirePermission(authorizer, sender, info);
  }
  return asUser({ name, groups: wantedGroups, uid, extra });
}

function asUser({ name, groups: wanted, uid, extra }: User): User {
  const account = serviceAccountOf(name);
  const implied =
    account && wanted.length === 0 ? [groups.serviceAccounts, `${groups.serviceAccounts}:${account[0]}`] : [];
  const user = { name, groups: [...wanted, ...implied], ...(uid && { uid }), extra };
  if (name === anonymous.name) return { ...user, groups: [...user.groups, groups.unauthenticated] };
  return wanted.includes(groups.unauthenticated) ? user : authenticated(user);
}

function demands({ name, groups: wanted, uid, extra = {} }: User): ResourceRequest[] {
  const account = serviceAccountOf(name);
  const who = account
    ? impersonate("", "serviceaccounts", { namespace: account[0], name: account[1] })
    : impersonate("", "users", { name });
  const special = "authentication.k8s.io";
  return [
    who,
    ...wanted.map((group) => impersonate("", "groups", { name: group })),
    ...(uid ? [impersonate(special, "uids", { name: uid })] : []),
    ...Object.entries(extra).flatMap(([key, list]) =>
      list.map((value) => impersonate(special, "userextras", { name: value, subresource: key })),
    ),
  ];
}

function impersonate(
  group: string,
  resource: string,
  { name, namespace = "", subresource = "" }: { name: string; namespace?: string; subresource?: string },
): ResourceRequest {
  return {
    kind: "resource",
    path: "",
    verb: "impersonate",
    group,
    version: "v1",
    namespace,
    resource,
    subresource,
    name,
    rest: [],
  };
}

function values(request: RawRequest, name: string): string[] {
  const value = request.headers[name];
  return value === undefined ? [] : Array.isArray(value) ? value : value.split(/,\s*/);
}

function extraOf(request: RawRequest): Record<string, readonly string[]> {
  const names = Object.keys(request.headers).filter((one) => one.startsWith(extraPrefix));
  return Object.fromEntries(
    names.map((one) => [decodeURIComponent(one.slice(extraPrefix.length)), values(request, one)]),
  );
}
