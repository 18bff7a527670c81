import { groups, nodeNameOf } from "../authn/user.ts";
import { nodeRules } from "../authz/policy/bootstrap-objects.ts";
import type { Rbac } from "../authz/rbac/rbac.ts";
import type { PolicyRule } from "../authz/rbac/rule.ts";
import { readValue } from "../registry/decode.ts";
import type { SpecialHandler } from "../registry/dispatch.ts";

const everything: readonly PolicyRule[] = [
  { verbs: ["*"], apiGroups: ["*"], resources: ["*"] },
  { verbs: ["*"], nonResourceURLs: ["*"] },
];

/** selfsubjectrulesreviews: all that I may do in a namespace. */
export function selfSubjectRulesReview(rbac: Rbac): SpecialHandler {
  return async (_context, { exchange }) => {
    const { spec } = ((await readValue(exchange.request)) ?? {}) as { spec?: { namespace?: string } };
    const { user } = exchange;
    const isNode = nodeNameOf(user) !== undefined;
    const rules = [
      ...(user.groups.includes(groups.masters) ? everything : []),
      ...rbac.rulesFor(user, spec?.namespace ?? ""),
      ...(isNode ? nodeRules() : []),
    ];
    const status = {
      resourceRules: rules
        .filter((one) => one.resources)
        .map(({ verbs, apiGroups, resources, resourceNames }) => ({
          verbs,
          apiGroups,
          resources,
          ...(resourceNames && { resourceNames }),
        })),
      nonResourceRules: rules
        .filter((one) => one.nonResourceURLs)
        .map(({ verbs, nonResourceURLs }) => ({ verbs, nonResourceURLs })),
      // What the Node authorizer allows depends on pods: rules can't tell all of it.
      incomplete: isNode,
    };
    const object = {
      kind: "SelfSubjectRulesReview",
      apiVersion: "authorization.k8s.io/v1",
      metadata: { creationTimestamp: null },
      spec: {},
      status,
    };
    return { kind: "object", status: 201, object };
  };
}
