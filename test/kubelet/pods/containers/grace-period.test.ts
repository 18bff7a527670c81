import { expect, test } from "vitest";
import { graceSeconds } from "../../../../src/kubelet/pods/containers/grace-period.ts";
import { container, pod, record } from "../../sample.ts";

const main = container({ livenessProbe: { terminationGracePeriodSeconds: 5 } });
const kill = (reason: "livenessProbe" | "podKilled") => ({ container: record(main), message: "", reason });

test("a deletion's grace period comes first, then the probe's, then the pod's, then 30 s", () => {
  const spec = { containers: [main], terminationGracePeriodSeconds: 60 };
  expect(graceSeconds(pod(spec, { deletionGracePeriodSeconds: 1 }), kill("livenessProbe"))).toBe(1);
  expect(graceSeconds(pod(spec), kill("livenessProbe"))).toBe(5);
  expect(graceSeconds(pod(spec), kill("podKilled"))).toBe(60);
  expect(graceSeconds(pod({ containers: [main] }), kill("podKilled"))).toBe(30);
});

test("a pod that is only known from its containers ends as they remember", () => {
  const remembered = record(main, { memory: { ...record(main).memory, terminationGracePeriodSeconds: 7 } });
  expect(graceSeconds(pod({ containers: [] }), { container: remembered, message: "", reason: "podKilled" })).toBe(7);
});
