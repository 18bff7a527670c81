import { expect, test } from "vitest";
import { staleAtMs } from "../../../../src/components/controller-manager/disruption/stale-disruption.ts";
import { podWith } from "../pod.ts";

const target = (more: { status?: string; reason?: string } = {}) => ({
  type: "DisruptionTarget",
  status: "True",
  reason: "EvictionByEvictionAPI",
  lastTransitionTime: "2026-01-01T00:00:00Z",
  ...more,
});
const twoMinutesLater = Date.parse("2026-01-01T00:02:00Z");

test.each([
  ["announced by an eviction", podWith({ status: { conditions: [target()] } }), twoMinutesLater],
  ["taken back already", podWith({ status: { conditions: [target({ status: "False" })] } }), undefined],
  [
    "announced by the kubelet",
    podWith({ status: { conditions: [target({ reason: "TerminationByKubelet" })] } }),
    undefined,
  ],
  [
    "being deleted",
    podWith({ metadata: { deletionTimestamp: "2026-01-01T00:00:01Z" }, status: { conditions: [target()] } }),
    undefined,
  ],
  ["over", podWith({ status: { phase: "Failed", conditions: [target()] } }), undefined],
  ["never announced", podWith(), undefined],
])("%s", (_, pod, expected) => {
  expect(staleAtMs(pod)).toBe(expected);
});
