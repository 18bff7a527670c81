import { expect, test } from "vitest";
import { admissionPlugins } from "../../../../src/components/apiserver/admission/plugins.ts";

const names = (enabled: readonly string[], disabled: readonly string[]) =>
  admissionPlugins({} as never, { enabled, disabled }).map(({ name }) => name);

test("what upstream has on by default is on; NodeRestriction by its flag", () => {
  expect(names([], [])).toContain("ResourceQuota");
  expect(names([], [])).not.toContain("NodeRestriction");
  expect(names(["NodeRestriction"], [])).toContain("NodeRestriction");
  expect(names([], ["ResourceQuota"])).not.toContain("ResourceQuota");
});

test("no flag turns the check of escalation off", () => {
  expect(() => names([], ["RBACEscalation"])).toThrow("this server does not have RBACEscalation");
  expect(names([], ["Priority", "LimitRanger"])).toContain("RBACEscalation");
});

test("plugins that upstream has and this server not: not to be had, but to be turned off", () => {
  expect(() => names(["PodSecurity"], [])).toThrow("this server does not have PodSecurity");
  expect(names([], ["PodSecurity"])).toContain("Priority");
  expect(() => names(["Priority"], ["Priority"])).toThrow("overlapped");
});
