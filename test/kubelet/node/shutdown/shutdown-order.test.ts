import { expect, test } from "vitest";
import { isBeginning } from "../../../../src/kubelet/node/shutdown/logind.ts";
import { shutdownGrace, shutdownOrder, shutdownPeriods } from "../../../../src/kubelet/node/shutdown/shutdown-order.ts";
import { pod } from "../../sample.ts";

const periods = (
  total: number,
  critical: number,
  byPriority: Parameters<typeof shutdownPeriods>[0]["shutdownGracePeriodByPodPriority"] = [],
) =>
  shutdownPeriods({
    shutdownGracePeriodMs: total * 1000,
    shutdownGracePeriodCriticalPodsMs: critical * 1000,
    shutdownGracePeriodByPodPriority: byPriority,
  });

test("critical and static pods end last, in the time that is theirs", () => {
  const plain = pod();
  const critical = pod({ priority: 2_000_000_000 });
  const isStatic = pod({}, { annotations: { "kubernetes.io/config.source": "file" } });
  expect(shutdownOrder([critical, plain, isStatic], periods(30, 10))).toEqual([
    { pods: [plain], graceSeconds: 20 },
    { pods: [critical, isStatic], graceSeconds: 10 },
  ]);
  expect(periods(0, 0)).toEqual([]);
});

test("periods by priority: each pod has that of the highest priority up to its own", () => {
  const of = (priority: number) => pod({ priority });
  const configured = periods(0, 0, [
    { priority: 1000, shutdownGracePeriodSeconds: 60 },
    { priority: 10, shutdownGracePeriodSeconds: 5 },
  ]);
  const pods = [of(1000), of(999), of(10), of(-1), of(5000)];
  expect(shutdownOrder(pods, configured)).toEqual([
    { pods: [of(999), of(10), of(-1)], graceSeconds: 5 },
    { pods: [of(1000), of(5000)], graceSeconds: 60 },
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
