import { expect, test } from "vitest";
import { aggregateRules } from "../../../../src/components/controller-manager/clusterrole/aggregate-rules.ts";

const role = (name: string, resources: string[], labels: Record<string, string> = {}) => ({
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "ClusterRole",
  metadata: { name, labels },
  rules: [{ verbs: ["get"], apiGroups: [""], resources }],
});

test("the rules of the selected roles come in the order of names, each once, never its own", () => {
  const admin = {
    ...role("admin", ["old"], { to: "admin" }),
    aggregationRule: { clusterRoleSelectors: [{ matchLabels: { to: "admin" } }] },
  };
  const others = [
    role("c", ["pods"], { to: "admin" }),
    role("b", ["secrets"], { to: "admin" }),
    role("d", ["pods"], { to: "admin" }),
    role("e", ["nodes"]),
  ];
  expect(aggregateRules(admin, [admin, ...others]).map(({ resources }) => resources)).toEqual([["secrets"], ["pods"]]);
});
