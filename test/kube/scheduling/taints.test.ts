import { expect, test } from "vitest";
import type { Toleration } from "../../../src/kube/kinds/pod.ts";
import { tolerates, untolerated } from "../../../src/kube/scheduling/taints.ts";

const taint = { key: "k", value: "v", effect: "NoSchedule" };

test.each<[string, Toleration, boolean]>([
  ["equal", { key: "k", value: "v", effect: "NoSchedule" }, true],
  ["another value", { key: "k", value: "w" }, false],
  ["any effect", { key: "k", value: "v" }, true],
  ["another effect", { key: "k", value: "v", effect: "NoExecute" }, false],
  ["Exists takes any value", { key: "k", operator: "Exists" }, true],
  ["Exists without a key takes all", { operator: "Exists" }, true],
  ["nothing at all", {}, false],
])("%s", (_, toleration, expected) => {
  expect(tolerates(toleration, taint)).toBe(expected);
});

test("taints of other effects don't repel", () => {
  expect(untolerated([{ key: "k", effect: "PreferNoSchedule" }], [])).toBeUndefined();
  expect(untolerated([taint], [{ key: "k", operator: "Exists" }])).toBeUndefined();
  expect(untolerated([taint], undefined)).toBe(taint);
});
