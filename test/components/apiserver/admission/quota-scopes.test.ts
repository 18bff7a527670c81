import { expect, test } from "vitest";
import { inScopes, type Scopes } from "../../../../src/components/apiserver/admission/quota-scopes.ts";

const pods = { group: "", resource: "pods" } as never;
const pod = (spec: object) => ({ apiVersion: "v1", kind: "Pod", metadata: { name: "p" }, spec });
const one = (scopeName: string, operator: string, values: string[] = []): Scopes => ({
  scopeSelector: { matchExpressions: [{ scopeName, operator, values }] },
});
const affine = {
  affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ namespaces: ["x"] }] } },
};

test.each([
  [{}, {}, true],
  [{ scopes: ["BestEffort"] }, {}, true],
  [{ scopes: ["NotBestEffort"] }, {}, false],
  [{ scopes: ["Terminating"] }, { activeDeadlineSeconds: 5 }, true],
  [{ scopes: ["PriorityClass"] }, {}, false],
  [one("PriorityClass", "In", ["high"]), { priorityClassName: "high" }, true],
  [one("PriorityClass", "NotIn", ["high"]), { priorityClassName: "high" }, false],
  [one("PriorityClass", "NotIn", ["high"]), {}, true],
  [one("PriorityClass", "DoesNotExist"), {}, true],
  [one("CrossNamespacePodAffinity", "Exists"), affine, true],
  [one("CrossNamespacePodAffinity", "Exists"), {}, false],
])("%j holds %j: %s", (scopes: Scopes, spec: object, holds) => {
  expect(inScopes(pod(spec), pods, scopes)).toBe(holds);
});

test("a quota with scopes is for pods, not for services", () => {
  expect(inScopes(pod({}), { group: "", resource: "services" } as never, { scopes: ["BestEffort"] })).toBe(false);
});
