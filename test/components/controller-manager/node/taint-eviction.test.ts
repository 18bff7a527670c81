import { expect, test } from "vitest";
import { evictionOf } from "../../../../src/components/controller-manager/node/taint-eviction.ts";
import type { Toleration } from "../../../../src/kube/kinds/pod.ts";

const start = Date.parse("2026-01-01T00:00:00Z");
const taint = { key: "node.kubernetes.io/unreachable", effect: "NoExecute", timeAdded: "2026-01-01T00:00:00Z" };
const tolerate = (more: Toleration = {}): Toleration => ({ key: taint.key, operator: "Exists", ...more });

test.each<[string, Toleration[], unknown]>([
  ["no toleration", [], { kind: "now" }],
  ["for ever", [tolerate()], { kind: "never" }],
  ["for five minutes", [tolerate({ tolerationSeconds: 300 })], { kind: "at", timeMs: start + 300_000 }],
  [
    "the shortest counts",
    [tolerate({ tolerationSeconds: 300 }), tolerate({ tolerationSeconds: 60 })],
    { kind: "at", timeMs: start + 60_000 },
  ],
  ["not at all", [tolerate({ tolerationSeconds: 0 })], { kind: "now" }],
])("%s", (_, tolerations, expected) => {
  expect(evictionOf([taint], tolerations, start)).toEqual(expected);
});

test("taints that don't evict leave the pod", () => {
  expect(evictionOf([{ ...taint, effect: "NoSchedule" }], [], start)).toEqual({ kind: "never" });
});

test("a time that has passed is now", () => {
  expect(evictionOf([taint], [tolerate({ tolerationSeconds: 10 })], start + 11_000)).toEqual({ kind: "now" });
});
