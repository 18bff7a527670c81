import { expect, test } from "vitest";
import { parseConfiguration } from "../../../../src/components/scheduler/config/configuration.ts";
import { splitByBudget } from "../../../../src/components/scheduler/preemption/budgets.ts";
import { leastHarm, victimsOn } from "../../../../src/components/scheduler/preemption/victims.ts";
import type { Pod } from "../../../../src/kube/kinds/pod.ts";
import type { PodDisruptionBudget } from "../../../../src/kube/kinds/policy.ts";
import { clusterOf, infoOf, nodeOf, podOf } from "../cluster.ts";

const profile = parseConfiguration("").profiles[0]!;
const low = (name: string, cpu: string, priority = 0, labels = {}): Pod =>
  podOf(name, { cpu, labels, spec: { priority } });
const important = infoOf("p", { cpu: "2", spec: { priority: 100 } });

function victims(pods: Pod[], budgets: PodDisruptionBudget[] = []) {
  const snapshot = clusterOf([nodeOf("n1")], { n1: pods });
  const found = victimsOn(snapshot.nodes[0]!, {
    pod: important,
    profile,
    snapshot,
    splitByBudget: (list) => splitByBudget(list, budgets),
  });
  return found && { names: found.pods.map(({ pod }) => pod.metadata.name), violations: found.violations };
}
const budget = (disruptionsAllowed: number): PodDisruptionBudget => ({
  apiVersion: "policy/v1",
  kind: "PodDisruptionBudget",
  metadata: { namespace: "default" },
  spec: { selector: { matchLabels: { app: "guarded" } } },
  status: { disruptionsAllowed, currentHealthy: 1, desiredHealthy: 1, expectedPods: 1 },
});

test.each<[string, Pod[], string[] | undefined]>([
  ["one that is enough goes", [low("a", "3"), low("b", "1")], ["a"]],
  ["the less important go", [low("a", "2", 10), low("b", "2", 5)], ["b"]],
  ["pods of the same priority stay", [low("a", "4", 100)], undefined],
  ["what would not be enough stays", [low("a", "1"), low("b", "3", 100)], undefined],
])("%s", (_, pods, expected) => {
  expect(victims(pods)?.names).toEqual(expected);
});

test("pods whose budget is spent go last, and are counted", () => {
  const pods = [low("guarded", "2", 0, { app: "guarded" }), low("free", "2", 5)];
  expect(victims(pods, [budget(0)])).toEqual({ names: ["free"], violations: 0 });
  expect(victims(pods.slice(0, 1).concat(low("other", "2", 100)), [budget(0)])).toEqual({
    names: ["guarded"],
    violations: 1,
  });
});

test("the least harm: budgets, then priority, then sum, then number", () => {
  const of = (nodeName: string, priorities: number[], violations = 0) => ({
    nodeName,
    violations,
    pods: priorities.map((priority, at) => infoOf(`${nodeName}${at}`, { spec: { priority } })),
  });
  const best = (...candidates: ReturnType<typeof of>[]) => leastHarm(candidates)?.nodeName;
  expect(best(of("a", [1], 1), of("b", [9, 9]))).toBe("b");
  expect(best(of("a", [5]), of("b", [4, 4, 4]))).toBe("b");
  expect(best(of("a", [5, 5]), of("b", [5, 1]))).toBe("b");
  expect(best(of("a", [-5, -5]), of("b", [-5]))).toBe("b");
  expect(best()).toBeUndefined();
});

test("a budget is spent by each pod that it covers", () => {
  const pods = ["a", "b"].map((name) => infoOf(name, { labels: { app: "guarded" } }));
  const { violating, harmless } = splitByBudget(pods, [budget(1)]);
  expect([harmless, violating].map((list) => list.map(({ key }) => key))).toEqual([["default/a"], ["default/b"]]);
});
