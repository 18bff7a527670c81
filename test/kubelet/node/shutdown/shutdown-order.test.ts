import { expect, test } from "vitest";
import { isBeginning } from "../../../../src/kubelet/node/shutdown/logind.ts";
import { shutdownGrace, shutdownOrder } from "../../../../src/kubelet/node/shutdown/shutdown-order.ts";
import { pod } from "../../sample.ts";

test("critical and static pods end last, in the time that is theirs", () => {
  const plain = pod();
  const critical = pod({ priority: 2_000_000_000 });
  const isStatic = pod({}, { annotations: { "kubernetes.io/config.source": "file" } });
  expect(shutdownOrder([critical, plain, isStatic], { totalMs: 30_000, criticalMs: 10_000 })).toEqual([
    { pods: [plain], graceSeconds: 20 },
    { pods: [critical, isStatic], graceSeconds: 10 },
  ]);
});

test("a pod gets no more than its group", () => {
  expect(shutdownGrace(pod({ terminationGracePeriodSeconds: 5 }), 20)).toBe(5);
  expect(shutdownGrace(pod({ terminationGracePeriodSeconds: 60 }), 20)).toBe(20);
  expect(shutdownGrace(pod(), 20)).toBe(20);
});

test("logind's signal tells a beginning from a shutdown that was called off", () => {
  expect(isBeginning('{"type":"signal","payload":{"type":"b","data":[true]}}')).toBe(true);
  expect(isBeginning('{"type":"signal","payload":{"type":"b","data":[false]}}')).toBe(false);
  expect(isBeginning("Monitoring bus message stream.")).toBe(false);
});
