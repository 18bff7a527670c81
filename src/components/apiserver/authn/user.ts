/** Who sends a request. */
export type User = {
  readonly name: string;
  readonly groups: readonly string[];
  readonly uid?: string | undefined;
  readonly extra?: Readonly<Record<string, readonly string[]>> | undefined;
};

export const groups = {
  authenticated: "system:authenticated",
  unauthenticated: "system:unauthenticated",
  masters: "system:masters",
  nodes: "system:nodes",
  serviceAccounts: "system:serviceaccounts",
  bootstrappers: "system:bootstrappers",
} as const;

export const anonymous: User = { name: "system:anonymous", groups: [groups.unauthenticated] };
/** The server's own identity, for what it does by itself. */
export const loopback: User = { name: "system:apiserver", groups: [groups.masters, groups.authenticated] };

export function authenticated(user: User): User {
  if (user.groups.includes(groups.authenticated)) return user;
  return { ...user, groups: [...user.groups, groups.authenticated] };
}

/** [namespace, name] of `system:serviceaccount:<namespace>:<name>`. */
export function serviceAccountOf(userName: string): readonly [string, string] | undefined {
  const [system, kind, namespace, name, ...rest] = userName.split(":");
  if (system !== "system" || kind !== "serviceaccount" || !namespace || !name || rest.length > 0) return undefined;
  return [namespace, name];
}

/** The node's name where the user is a kubelet. */
export function nodeNameOf(user: User): string | undefined {
  const prefix = "system:node:";
  return user.name.startsWith(prefix) && user.groups.includes(groups.nodes)
    ? user.name.slice(prefix.length)
    : undefined;
}
