import { expect, test } from "vitest";
import { parseRule } from "../../../../../src/components/apiserver/authz/policy/bootstrap-objects.ts";
import { ruleAllows } from "../../../../../src/components/apiserver/authz/rbac/rule.ts";
import { requestInfo } from "../../../../../src/components/apiserver/http/request-info.ts";

const asks = (method: string, path: string) => requestInfo(method, path, new URLSearchParams());

test.each([
  ["get; -; pods", "GET", "/api/v1/namespaces/a/pods/p", true],
  ["get; -; pods", "GET", "/api/v1/namespaces/a/pods/p/log", false],
  ["get; -; pods/log", "GET", "/api/v1/namespaces/a/pods/p/log", true],
  ["get; -; */log", "GET", "/api/v1/namespaces/a/pods/p/log", true],
  ["get; apps; deployments", "GET", "/api/v1/namespaces/a/pods/p", false],
  ["*; *; *", "DELETE", "/apis/apps/v1/namespaces/a/deployments/d", true],
  ["get; -; configmaps; a", "GET", "/api/v1/namespaces/x/configmaps/a", true],
  ["get; -; configmaps; a", "GET", "/api/v1/namespaces/x/configmaps/b", false],
  ["get; /healthz /api/*", "GET", "/api/v1", true],
  ["get; /healthz", "GET", "/livez", false],
  ["get; /healthz", "POST", "/healthz", false],
])("%s: %s %s is %s", (rule, method, path, expected) => {
  expect(ruleAllows(parseRule(rule), asks(method, path))).toBe(expected);
});
