import fc from "fast-check";
import { expect, test } from "vitest";
import {
  proportionalScale,
  recreateStep,
  rollingStep,
} from "../../../../src/components/controller-manager/deployment/rolling.ts";
import type { IntOrPercent } from "../../../../src/kube/int-or-percent.ts";
import { deploymentOf, setOf } from "./fixtures.ts";

const rolling = (replicas: number, maxSurge: IntOrPercent, maxUnavailable: IntOrPercent) =>
  deploymentOf(replicas, { strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge, maxUnavailable } } });

test.each<
  [string, { surge: number; unavailable: number; now: [number, number]; old: [number, number] }, [string, number][]]
>([
  ["the new set grows by the surge first", { surge: 2, unavailable: 1, now: [0, 0], old: [6, 6] }, [["new", 2]]],
  [
    "then old pods go as far as enough stay available",
    { surge: 2, unavailable: 1, now: [2, 0], old: [6, 6] },
    [["old", 5]],
  ],
  [
    "more old pods go when new ones are available",
    { surge: 2, unavailable: 1, now: [2, 2], old: [6, 6] },
    [["old", 3]],
  ],
  ["broken old pods go before healthy ones", { surge: 0, unavailable: 1, now: [0, 0], old: [6, 5] }, [["old", 5]]],
  ["nothing goes while too many are unavailable", { surge: 0, unavailable: 1, now: [1, 0], old: [5, 5] }, []],
  [
    "pods that an old set was told to give up count no more, though its status still has them",
    { surge: 2, unavailable: 1, now: [3, 1], old: [5, 6] },
    [["old", 4]],
  ],
  ["a done rollout has no step", { surge: 1, unavailable: 0, now: [6, 6], old: [0, 0] }, []],
  [
    "a set that is too large shrinks to what is wanted",
    { surge: 1, unavailable: 0, now: [9, 9], old: [0, 0] },
    [["new", 6]],
  ],
])("%s", (_, { surge, unavailable, now, old }, expected) => {
  const current = setOf("new", now[0], { available: now[1] });
  const before = setOf("old", old[0], { available: old[1] });
  const steps = rollingStep(rolling(6, surge, unavailable), current, [before]);
  expect(steps.map(({ set, replicas }) => [set.metadata.name, replicas])).toEqual(expected);
});

test("whatever becomes available when, a rollout ends and stays in its limits on the way", () => {
  const inputs = fc.record({
    replicas: fc.integer({ min: 1, max: 12 }),
    surge: fc.integer({ min: 0, max: 5 }),
    unavailable: fc.integer({ min: 0, max: 5 }),
    luck: fc.array(fc.boolean(), { minLength: 5, maxLength: 20 }),
  });
  fc.assert(
    fc.property(
      inputs.filter(({ surge, unavailable }) => surge + unavailable > 0),
      ({ replicas, surge, unavailable, luck }) => {
        const deployment = rolling(replicas, surge, unavailable);
        let sizes = { new: 0, newAvailable: 0, old: replicas };
        for (let pass = 0; pass < 400; pass++) {
          const current = setOf("new", sizes.new, { available: sizes.newAvailable });
          const step = rollingStep(deployment, current, [setOf("old", sizes.old)]);
          for (const { set, replicas: size } of step)
            sizes = { ...sizes, [set.metadata.name === "new" ? "new" : "old"]: size };
          if (luck[pass % luck.length] && sizes.newAvailable < sizes.new) sizes.newAvailable++;
          if (!luck.includes(true)) sizes.newAvailable = Math.min(sizes.new, sizes.newAvailable + 1);
          expect(sizes.new + sizes.old).toBeLessThanOrEqual(replicas + surge);
          expect(sizes.newAvailable + sizes.old).toBeGreaterThanOrEqual(replicas - unavailable);
        }
        expect(sizes).toEqual({ new: replicas, newAvailable: replicas, old: 0 });
      },
    ),
    { numRuns: 60 },
  );
});

test("recreating shrinks, waits for the last old pod, then creates", () => {
  const deployment = deploymentOf(3, { strategy: { type: "Recreate" } });
  const names = (step: ReturnType<typeof recreateStep>) =>
    step === "create" ? step : step.map(({ set, replicas }) => [set.metadata.name, replicas]);
  expect(names(recreateStep(deployment, [setOf("old", 3)], { current: undefined, oldPodsLeft: true }))).toEqual([
    ["old", 0],
  ]);
  expect(names(recreateStep(deployment, [setOf("old", 0)], { current: undefined, oldPodsLeft: true }))).toEqual([]);
  expect(names(recreateStep(deployment, [setOf("old", 0)], { current: undefined, oldPodsLeft: false }))).toBe("create");
  expect(names(recreateStep(deployment, [], { current: setOf("new", 0), oldPodsLeft: false }))).toEqual([["new", 3]]);
});

test.each([
  [
    "growing from 10 to 20 in the middle of a rollout",
    20,
    [
      ["new", 8],
      ["old", 5],
    ],
    { new: 15, old: 10 },
  ],
  [
    "shrinking from 10 to 5",
    5,
    [
      ["new", 8],
      ["old", 5],
    ],
    { new: 6, old: 4 },
  ],
] as const)("%s keeps the proportions", (_, wanted, sets, expected) => {
  const deployment = rolling(wanted, "25%", "25%");
  const scales = proportionalScale(
    deployment,
    sets.map(([name, size]) => setOf(name, size)),
    () => 13,
  );
  const total = scales.reduce((sum, { replicas }) => sum + replicas, 0);
  expect(total).toBe(Math.ceil(wanted * 1.25));
  for (const { set, replicas } of scales)
    expect(Math.abs(replicas - expected[set.metadata.name as "new" | "old"])).toBeLessThanOrEqual(2);
});
