import type { KubeObject } from "../../../../kube/object.ts";
import { serviceAccountOf, type User } from "../../authn/user.ts";
import type { RequestInfo } from "../../http/request-info.ts";
import type { Catalog } from "../../resources/catalog.ts";
import type { ObjectStore } from "../../storage/object-store.ts";
import { ParsedView } from "../../storage/parsed-view.ts";
import type { Authorizer } from "../authorizer.ts";
import { type PolicyRule, ruleAllows } from "./rule.ts";

export type Subject = { readonly kind: string; readonly name: string; readonly namespace?: string };
export type RoleRef = { readonly kind: string; readonly name: string };
type Binding = {
  readonly name: string;
  readonly namespace: string;
  readonly roleRef: RoleRef;
  readonly subjects: readonly Subject[];
};
type Granted = { readonly rules: readonly PolicyRule[]; readonly why: string };

/** Role-based access control over the roles and bindings in the store. */
export class Rbac implements Authorizer {
  readonly #roles: ParsedView<readonly PolicyRule[]>;
  readonly #clusterRoles: ParsedView<readonly PolicyRule[]>;
  readonly #bindings: ParsedView<Binding>;
  readonly #clusterBindings: ParsedView<Binding>;

  private constructor(
    views: [
      ParsedView<readonly PolicyRule[]>,
      ParsedView<readonly PolicyRule[]>,
      ParsedView<Binding>,
      ParsedView<Binding>,
    ],
  ) {
    [this.#roles, this.#clusterRoles, this.#bindings, this.#clusterBindings] = views;
  }

  static async open(store: ObjectStore, catalog: Catalog): Promise<Rbac> {
    const view = <T>(resource: string, project: (object: KubeObject) => T) => {
      const type = catalog.find("rbac.authorization.k8s.io", "v1", resource);
      if (!type) throw new Error(`${resource} is not in the catalog`);
      return ParsedView.open(store, type, project);
    };
    return new Rbac(
      await Promise.all([
        view("roles", rulesOf),
        view("clusterroles", rulesOf),
        view("rolebindings", bindingOf),
        view("clusterrolebindings", bindingOf),
      ]),
    );
  }

  authorize(user: User, info: RequestInfo) {
    const namespace = info.kind === "resource" ? info.namespace : "";
    for (const { rules, why } of this.#granted(user, namespace)) {
      if (rules.some((rule) => ruleAllows(rule, info))) return { allowed: true, reason: why } as const;
    }
    return { allowed: false, reason: "" } as const;
  }

  /** Every rule that a user has in a namespace ("": cluster-wide rules only). */
  rulesFor(user: User, namespace: string): PolicyRule[] {
    return [...this.#granted(user, namespace)].flatMap(({ rules }) => rules);
  }

  /** The rules of the role that a binding in a namespace refers to; undefined when there is no such role. */
  rulesOfRole({ kind, name }: RoleRef, namespace: string): readonly PolicyRule[] | undefined {
    return kind === "ClusterRole" ? this.#clusterRoles.get("", name) : this.#roles.get(namespace, name);
  }

  *#granted(user: User, namespace: string): Generator<Granted> {
    for (const { name, roleRef, subjects } of this.#clusterBindings.values.values()) {
      const subject = subjects.find((one) => appliesTo(one, user, ""));
      if (!subject) continue;
      const why = () =>
        `RBAC: allowed by ClusterRoleBinding "${name}" of ClusterRole "${roleRef.name}" to ${subject.kind} "${subject.name}"`;
      yield { rules: this.#clusterRoles.get("", roleRef.name) ?? [], why: why() };
    }
    if (!namespace) return;
    for (const binding of this.#bindings.values.values()) {
      if (binding.namespace !== namespace) continue;
      const subject = binding.subjects.find((one) => appliesTo(one, user, namespace));
      if (!subject) continue;
      const { name, roleRef } = binding;
      const why = `RBAC: allowed by RoleBinding "${name}/${namespace}" of ${roleRef.kind} "${roleRef.name}" to ${subject.kind} "${subject.name}"`;
      yield { rules: this.rulesOfRole(roleRef, namespace) ?? [], why };
    }
  }
}

function rulesOf(role: KubeObject): readonly PolicyRule[] {
  return (role.rules ?? []) as readonly PolicyRule[];
}

function bindingOf({ metadata, roleRef, subjects }: KubeObject): Binding {
  return {
    name: metadata.name ?? "",
    namespace: metadata.namespace ?? "",
    roleRef: roleRef as RoleRef,
    subjects: (subjects ?? []) as readonly Subject[],
  };
}

function appliesTo({ kind, name, namespace }: Subject, user: User, bindingNamespace: string): boolean {
  switch (kind) {
    case "User":
      return user.name === name;
    case "Group":
      return user.groups.includes(name);
    case "ServiceAccount": {
      const account = serviceAccountOf(user.name);
      return account?.[1] === name && account[0] === (namespace ?? bindingNamespace);
    }
    default:
      return false;
  }
}
