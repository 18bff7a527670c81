import { expect, test } from "vitest";
import { ProbeCounts } from "../../../src/kubelet/probes/probe-counts.ts";
import { failure, success } from "../../../src/kubelet/probes/probe-result.ts";

test("counts by container, kind and result, and forgets pods that are gone", () => {
  const counts = new ProbeCounts();
  for (let number = 0; number < 100; number++) {
    const probed = {
      kind: "Liveness",
      container: "c",
      pod: `p${number}`,
      namespace: "ns",
      podUid: `u${number}`,
    } as const;
    counts.count(probed, success());
    counts.count(probed, success());
    counts.count({ ...probed, kind: "Readiness" }, failure("no"));
    if (number > 0) counts.forget(probed.podUid);
  }
  const series = counts
    .text()
    .split("\n")
    .filter((line) => line.startsWith("prober_probe_total{"));
  expect(series).toHaveLength(2);
  expect(series[0]).toMatch(/pod="p0".*probe_type="Liveness".*result="successful".* 2$/);
  expect(series[1]).toMatch(/probe_type="Readiness".*result="failed".* 1$/);
});
