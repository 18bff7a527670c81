import { expect, test } from "vitest";
import { cgroupParent, cgroupPath, podCgroup } from "../../../src/kubelet/cgroups/names.ts";
import { oomScoreAdjust } from "../../../src/kubelet/cgroups/oom-score.ts";
import { qosClass } from "../../../src/kubelet/cgroups/qos.ts";
import {
  cpuQuota,
  cpuShares,
  cpuWeight,
  podResources,
  podTotals,
  wholePercentQuota,
} from "../../../src/kubelet/cgroups/resources.ts";
import { container, pod } from "../sample.ts";

const of = (requests?: Record<string, string>, limits?: Record<string, string>) =>
  container({ resources: { ...(requests && { requests }), ...(limits && { limits }) } });
const full = { cpu: "1", memory: "1Gi" };

test.each([
  ["BestEffort", [of()]],
  ["BestEffort", [of({ "ephemeral-storage": "1Gi" })]],
  ["Burstable", [of({ cpu: "1" })]],
  ["Burstable", [of(full, full), of()]],
  ["Burstable", [of({ cpu: "1", memory: "512Mi" }, full)]],
  ["Guaranteed", [of(full, full)]],
  ["Guaranteed", [of({ cpu: "1000m", memory: "1024Mi" }, full), of(full, full)]],
] as const)("%s: %#", (expected, containers) => {
  expect(qosClass(pod({ containers: [...containers] }))).toBe(expected);
});

test.each([
  [0, 2],
  [1, 2],
  [100, 102],
  [1000, 1024],
  [1_000_000, 262144],
])("%d millicores are %d shares", (milli, shares) => {
  expect(cpuShares(milli)).toBe(shares);
});

test("quotas and weights", () => {
  expect(cpuQuota(500, 100_000)).toBe(50_000);
  expect(cpuQuota(1, 100_000)).toBe(1000);
  expect(cpuQuota(0, 100_000)).toBe(0);
  expect([cpuWeight(2), cpuWeight(1024), cpuWeight(262144)]).toEqual([1, 39, 10000]);
});

test("a pod asks for its containers and sidecars together, or for its largest init container", () => {
  const init = container({ name: "init", resources: { requests: { cpu: "3" } } });
  const sidecar = container({ name: "side", restartPolicy: "Always", resources: { requests: { cpu: "1" } } });
  const main = container({ resources: { requests: { cpu: "500m" } } });
  expect(podTotals(pod({ containers: [main], initContainers: [init] }), "requests").cpu).toBe(3000);
  expect(podTotals(pod({ containers: [main], initContainers: [sidecar, init] }), "requests").cpu).toBe(4000);
  expect(podTotals(pod({ containers: [main], initContainers: [init, sidecar] }), "requests").cpu).toBe(3000);
  expect(podTotals(pod({ containers: [main], overhead: { cpu: "250m" } }), "requests").cpu).toBe(750);
});

test("a pod's cgroup is limited only when every container is", () => {
  expect(podResources(pod({ containers: [of(full, full)] }), 100_000)).toEqual({
    cpuShares: 1024,
    cpuPeriodUs: 100_000,
    cpuQuotaUs: 100_000,
    memoryLimitBytes: 2 ** 30,
  });
  expect(podResources(pod({ containers: [of(full, full), of()] }), 100_000)).toEqual({
    cpuShares: 1024,
    cpuPeriodUs: 100_000,
  });
});

test("an init container without a limit leaves the pod without one, unless sidecars before it have one", () => {
  const init = container({ name: "init" });
  const sidecar = container({ name: "side", restartPolicy: "Always", resources: { limits: full } });
  const limitOf = (...initContainers: (typeof init)[]) =>
    podResources(pod({ containers: [of(full, full)], initContainers }), 100_000).memoryLimitBytes;
  expect(limitOf(init)).toBeUndefined();
  expect(limitOf(sidecar, init)).toBe(2 * 2 ** 30);
});

test("under systemd a quota is a whole number of percents", () => {
  expect([50_000, 50_001, 1000, 1].map((quota) => wholePercentQuota(quota, 100_000))).toEqual([
    50_000, 51_000, 1000, 1000,
  ]);
  expect(wholePercentQuota(1100, 5000)).toBe(1100);
});

test("cgroup names of both drivers", () => {
  const name = podCgroup("Burstable", "11-22");
  expect(cgroupPath(name, "cgroupfs")).toBe("/kubepods/burstable/pod11-22");
  expect(cgroupParent(name, "cgroupfs")).toBe("/kubepods/burstable/pod11-22");
  expect(cgroupPath(name, "systemd")).toBe(
    "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod11_22.slice",
  );
  expect(cgroupParent(name, "systemd")).toBe("kubepods-burstable-pod11_22.slice");
  expect(cgroupParent(podCgroup("Guaranteed", "a"), "systemd")).toBe("kubepods-poda.slice");
});

test.each([
  [of(full, full), -997],
  [of(), 1000],
  [of({ memory: "2Gi" }), 500],
  [of({ memory: "1" }), 999],
  [of({ memory: "4Gi" }), 3],
])("oom_score_adj: %#", (of, score) => {
  expect(oomScoreAdjust(pod({ containers: [of] }), of, 4 * 2 ** 30)).toBe(score);
});

test("node-critical pods are the last to be killed", () => {
  expect(oomScoreAdjust(pod({ priority: 2_000_001_000 }), container(), 2 ** 30)).toBe(-997);
});
