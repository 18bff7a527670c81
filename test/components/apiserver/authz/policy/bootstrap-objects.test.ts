import { expect, test } from "vitest";
import { bootstrapPolicy, nodeRules } from "../../../../../src/components/apiserver/authz/policy/bootstrap-objects.ts";

const objects = bootstrapPolicy();
const named = (kind: string, name: string) => objects.find((one) => one.kind === kind && one.metadata.name === name);

test("every binding refers to a role that is made too", () => {
  for (const binding of objects.filter(({ kind }) => kind.endsWith("Binding"))) {
    const { kind, name } = binding.roleRef as { kind: string; name: string };
    expect(named(kind, name), `${binding.metadata.name} -> ${kind} ${name}`).toBeDefined();
  }
});

test("members of system:masters are cluster admins", () => {
  expect(named("ClusterRole", "cluster-admin")?.rules).toContainEqual({
    apiGroups: ["*"],
    resources: ["*"],
    verbs: ["*"],
  });
  expect(named("ClusterRoleBinding", "cluster-admin")?.subjects).toEqual([
    { apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: "system:masters" },
  ]);
});

test("edit is part of admin and holds view's rules from the start", () => {
  expect(named("ClusterRole", "edit")?.metadata.labels).toMatchObject({
    "rbac.authorization.k8s.io/aggregate-to-admin": "true",
  });
  expect(named("ClusterRole", "edit")?.rules).toEqual(
    expect.arrayContaining(named("ClusterRole", "view")?.rules as unknown[]),
  );
});

test("kubelets may write their own status and leases", () => {
  const rules = nodeRules();
  expect(rules.some((rule) => rule.resources?.includes("nodes/status") && rule.verbs.includes("patch"))).toBe(true);
});
