import { expect, test } from "vitest";
import { podGarbage } from "../../../../src/components/controller-manager/podgc/pod-garbage.ts";
import { deleted, podWith } from "../pod.ts";

const done = (name: string, creationTimestamp: string) =>
  podWith({ metadata: { name, creationTimestamp }, status: { phase: "Succeeded" } });
const words = (pods: ReturnType<typeof podWith>[], threshold = 100) =>
  podGarbage(pods, { isGone: (name) => name === "gone", isOutOfService: (name) => name === "lost", threshold }).map(
    ({ pod, why }) => `${pod.metadata.name} ${why}`,
  );

test("the oldest finished pods beyond the threshold go", () => {
  expect(words([done("b", "2"), done("a", "1"), done("c", "3"), podWith()], 2)).toEqual(["a terminated"]);
});

test("a threshold of zero keeps them all", () => {
  expect(words([done("a", "1")], 0)).toEqual([]);
});

test("pods of nodes that are gone, and pods that were deleted before they had one", () => {
  const orphan = podWith({ metadata: { name: "orphan" }, spec: { nodeName: "gone" } });
  const never = podWith({ metadata: { name: "never", ...deleted }, spec: { nodeName: "" } });
  expect(words([podWith(), orphan, never])).toEqual(["orphan orphaned", "never unscheduled"]);
});

test("pods that end on a node out of service, but not others there", () => {
  const ending = podWith({ metadata: { name: "ending", ...deleted }, spec: { nodeName: "lost" } });
  expect(words([podWith({ spec: { nodeName: "lost" } }), ending])).toEqual(["ending out of service"]);
});

test("evicted pods go before older ones that owners may count", () => {
  const evicted = podWith({
    metadata: { name: "evicted", creationTimestamp: "9" },
    status: { phase: "Failed", reason: "Evicted" },
  });
  expect(words([done("a", "1"), evicted], 1)).toEqual(["evicted terminated"]);
});
