import { expect, test } from "vitest";
import type { PodRuntime } from "../../../src/kubelet/cri/pod-runtime.ts";
import type { PodStatusContext } from "../../../src/kubelet/status/pod-status.ts";
import { podStatus } from "../../../src/kubelet/status/pod-status.ts";
import { container, ended, pod, record, runtime, sandbox } from "../sample.ts";

const main = container();
const context = (found: PodRuntime, more: Partial<PodStatusContext> = {}): PodStatusContext => ({
  runtime: found,
  runtimeName: "containerd",
  reasons: new Map(),
  messages: new Map(),
  hostIPs: ["192.0.2.1"],
  previous: {},
  isTerminal: false,
  ready: () => true,
  started: () => true,
  ...more,
});
const conditionOf = (status: ReturnType<typeof podStatus>, type: string) =>
  status.conditions?.find((condition) => condition.type === type);

test("a running pod", () => {
  const status = podStatus(pod({}, { generation: 3 }), context(runtime([record(main)])));
  expect(status).toMatchObject({
    phase: "Running",
    observedGeneration: 3,
    hostIP: "192.0.2.1",
    podIP: "10.244.0.5",
    podIPs: [{ ip: "10.244.0.5" }],
    qosClass: "BestEffort",
  });
  expect(status.conditions?.map(({ type, status: value }) => `${type}=${value}`)).toEqual([
    "PodReadyToStartContainers=True",
    "Initialized=True",
    "Ready=True",
    "ContainersReady=True",
    "PodScheduled=True",
  ]);
  expect(status.containerStatuses?.[0]).toMatchObject({
    name: "main",
    state: { running: { startedAt: "1970-01-01T00:00:01Z" } },
    ready: true,
    started: true,
    restartCount: 0,
    containerID: "containerd://id-main",
    imageID: "sha256:1",
  });
});

test("a pod that is being made waits as ContainerCreating, with init containers as PodInitializing", () => {
  const fresh = podStatus(pod(), context(runtime([], [])));
  expect(fresh.phase).toBe("Pending");
  expect(fresh.containerStatuses?.[0]?.state).toEqual({ waiting: { reason: "ContainerCreating" } });
  expect(conditionOf(fresh, "PodReadyToStartContainers")?.status).toBe("False");
  const withInit = podStatus(pod({ initContainers: [container({ name: "init" })] }), context(runtime([], [])));
  expect(withInit.containerStatuses?.[0]?.state).toEqual({ waiting: { reason: "PodInitializing" } });
  expect(conditionOf(withInit, "Initialized")).toMatchObject({
    status: "False",
    reason: "ContainersNotInitialized",
    message: "containers with incomplete status: [init]",
  });
});

test("a crash loop shows why it waits, and how the container ended last", () => {
  const reasons = new Map([["main", { reason: "CrashLoopBackOff", message: "back-off 10s" }]]);
  const messages = new Map([["id-main", "last words"]]);
  const status = podStatus(pod(), context(runtime([ended(main, 3)]), { reasons, messages }));
  expect(status.phase).toBe("Running");
  expect(status.containerStatuses?.[0]).toMatchObject({
    state: { waiting: { reason: "CrashLoopBackOff", message: "back-off 10s" } },
    lastState: { terminated: { exitCode: 3, reason: "Error", message: "last words" } },
    ready: false,
    started: false,
  });
  expect(conditionOf(status, "Ready")).toMatchObject({
    status: "False",
    reason: "ContainersNotReady",
    message: "containers with unready status: [main]",
  });
});

test("after a restart the end before is the last state", () => {
  const before = ended(main, 1, { id: "before" });
  const now = record(main, { memory: { ...record(main).memory, restartCount: 1 } });
  const [status] = podStatus(pod(), context(runtime([now, before]))).containerStatuses ?? [];
  expect(status).toMatchObject({ restartCount: 1, lastState: { terminated: { containerID: "containerd://before" } } });
});

test("a readiness gate decides on Ready, not on ContainersReady", () => {
  const gated = pod({ readinessGates: [{ conditionType: "example.test/gate" }] });
  const missing = podStatus(gated, context(runtime([record(main)])));
  expect(conditionOf(missing, "Ready")).toMatchObject({ status: "False", reason: "ReadinessGatesNotReady" });
  expect(conditionOf(missing, "ContainersReady")?.status).toBe("True");
  const open = { ...gated, status: { conditions: [{ type: "example.test/gate", status: "True" as const }] } };
  const passed = podStatus(open, context(runtime([record(main)])));
  expect(conditionOf(passed, "Ready")?.status).toBe("True");
  expect(conditionOf(passed, "example.test/gate")?.status).toBe("True");
});

test("a pod that succeeded says so in its conditions and never turns back", () => {
  const finished = pod({ restartPolicy: "Never" });
  const status = podStatus(finished, context(runtime([ended(main, 0)])));
  expect(status.phase).toBe("Succeeded");
  expect(conditionOf(status, "Ready")).toMatchObject({ status: "False", reason: "PodCompleted" });
  expect(conditionOf(status, "Initialized")).toMatchObject({ status: "True", reason: "PodCompleted" });
  expect(podStatus(finished, context(runtime([record(main)]), { previous: status })).phase).toBe("Succeeded");
});

test("a verdict from outside wins over the containers", () => {
  const verdict = { phase: "Failed" as const, reason: "Evicted", message: "too much" };
  expect(podStatus(pod(), context(runtime([record(main)]), { verdict }))).toMatchObject(verdict);
});

test("a pod on the host's network has the host's addresses", () => {
  const status = podStatus(pod({ hostNetwork: true }), context(runtime([record(main)], [sandbox({ ips: [] })])));
  expect(status.podIP).toBe("192.0.2.1");
  expect(conditionOf(status, "PodReadyToStartContainers")?.status).toBe("True");
});

test("a container whose startup probe has not passed is neither started nor ready", () => {
  const [status] = podStatus(pod(), context(runtime([record(main)]), { started: () => false })).containerStatuses ?? [];
  expect(status).toMatchObject({ started: false, ready: false });
});

test("a verdict's words last as long as its phase, also for a kubelet that knows only the API's status", () => {
  const previous = { phase: "Failed" as const, reason: "Evicted", message: "too much" };
  expect(podStatus(pod(), context(runtime([ended(main, 0)]), { previous }))).toMatchObject(previous);
  const before = { phase: "Pending" as const, reason: "Old", message: "old" };
  expect(podStatus(pod(), context(runtime([record(main)]), { previous: before })).reason).toBeUndefined();
});

test("a disruption is told by a condition that stays", () => {
  const verdict = { phase: "Failed" as const, reason: "Terminated", message: "shutdown", isDisruption: true };
  const status = podStatus(pod({}, { generation: 2 }), context(runtime([record(main)]), { verdict }));
  const told = { status: "True", reason: "TerminationByKubelet", message: "shutdown", observedGeneration: 2 };
  expect(conditionOf(status, "DisruptionTarget")).toMatchObject(told);
  const later = podStatus(pod(), context(runtime([ended(main, 0)]), { previous: status }));
  expect(conditionOf(later, "DisruptionTarget")).toMatchObject(told);
});

test("containers come by name, init containers in their order", () => {
  const names = (list: { name: string }[] = []) => list.map(({ name }) => name);
  const many = pod({
    containers: [container({ name: "b" }), container({ name: "a" })],
    initContainers: [container({ name: "z" }), container({ name: "y" })],
  });
  const status = podStatus(many, context(runtime([])));
  expect(names(status.containerStatuses)).toEqual(["a", "b"]);
  expect(names(status.initContainerStatuses)).toEqual(["z", "y"]);
});

test("a pod that was not let in has no containers to speak of", () => {
  const verdict = {
    phase: "Failed" as const,
    reason: "OutOfcpu",
    message: "Node didn't have enough",
    isRejection: true,
  };
  const status = podStatus(pod({}, { generation: 1 }), context(runtime([], []), { verdict, isTerminal: true }));
  expect(status).toEqual({
    conditions: [],
    message: "Pod was rejected: Node didn't have enough",
    observedGeneration: 1,
    phase: "Failed",
    qosClass: "BestEffort",
    reason: "OutOfcpu",
  });
});

test("what an earlier kubelet told of a pod's end is told on when the runtime has forgotten the pod", () => {
  const previous = { phase: "Failed" as const, reason: "OutOfcpu", message: "too much" };
  expect(podStatus(pod(), context(runtime([], []), { previous, isTerminal: true }))).toEqual(previous);
});
