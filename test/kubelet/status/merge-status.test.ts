import { expect, test } from "vitest";
import { mergeStatus, sameStatus } from "../../../src/kubelet/status/merge-status.ts";
import { statusPatch } from "../../../src/kubelet/status/status-patch.ts";

const ready = (status: "True" | "False", lastTransitionTime?: string) => ({
  type: "Ready",
  status,
  ...(lastTransitionTime && { lastTransitionTime }),
});

test("a condition keeps its time until it turns, and the start time stays", () => {
  const previous = { startTime: "2026-01-01T00:00:00Z", conditions: [ready("True", "2026-01-01T00:00:01Z")] };
  const now = Date.parse("2026-02-02T00:00:00Z");
  expect(mergeStatus(previous, { conditions: [ready("True")] }, now)).toMatchObject(previous);
  expect(mergeStatus(previous, { conditions: [ready("False")] }, now).conditions?.[0]?.lastTransitionTime).toBe(
    "2026-02-02T00:00:00Z",
  );
  expect(mergeStatus(undefined, {}, now).startTime).toBe("2026-02-02T00:00:00Z");
});

test("the order of fields makes no difference", () => {
  expect(sameStatus({ phase: "Running", podIP: "a" }, { podIP: "a", phase: "Running" })).toBe(true);
  expect(sameStatus({ phase: "Running" }, { phase: "Failed" })).toBe(false);
  expect(sameStatus(undefined, {})).toBe(false);
});

test("a patch names the pod's uid, takes away what is gone, and replaces addresses", () => {
  const before = { phase: "Pending" as const, reason: "Old", message: "old" };
  const after = { phase: "Running" as const, podIPs: [{ ip: "a" }], conditions: [ready("True", "t")] };
  expect(statusPatch("uid", before, after)).toEqual({
    metadata: { uid: "uid" },
    status: {
      phase: "Running",
      reason: null,
      message: null,
      podIPs: [{ $patch: "replace" }, { ip: "a" }],
      conditions: [{ type: "Ready", status: "True", lastTransitionTime: "t", reason: null, message: null }],
    },
  });
});
