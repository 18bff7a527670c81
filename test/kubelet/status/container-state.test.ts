import { expect, test } from "vitest";
import type { RestartPolicy } from "../../../src/kubelet/api/pod.ts";
import type { ContainerStatus } from "../../../src/kubelet/api/pod-status.ts";
import type { ContainerRecord } from "../../../src/kubelet/cri/pod-runtime.ts";
import { containerStatus } from "../../../src/kubelet/status/container-state.ts";
import { container, ended, pod, record, runtime } from "../sample.ts";

const main = container();
const init = container({ name: "init" });
const sidecar = container({ name: "side", restartPolicy: "Always" });
const told = (more: Partial<ContainerStatus>): ContainerStatus => ({
  ...{ name: "main", state: {}, lastState: {}, ready: false, restartCount: 2, image: "", imageID: "" },
  ...more,
});
const ran = told({ state: { running: {} } });
const crash = new Map([["main", { reason: "CrashLoopBackOff", message: "back-off 10s" }]]);

type Case = {
  readonly records?: readonly ContainerRecord[];
  readonly previous?: ContainerStatus;
  readonly reasons?: ReadonlyMap<string, { reason: string; message: string }>;
  readonly policy?: RestartPolicy;
  readonly isDeleted?: boolean;
  readonly of?: typeof main;
};

function statusOf({ records = [], previous, reasons = new Map(), policy = "Always", isDeleted, of = main }: Case) {
  const metadata = isDeleted ? { deletionTimestamp: "2026-01-01T00:00:00Z" } : {};
  const owner = pod({ restartPolicy: policy, containers: [main], initContainers: [init, sidecar] }, metadata);
  return containerStatus(owner, of, {
    runtime: runtime(records),
    runtimeName: "containerd",
    reasons,
    messages: new Map(),
    previous: previous ? [previous] : [],
    defaultWaiting: "PodInitializing",
    ready: () => true,
    started: () => true,
  });
}

const unlocated = { terminated: { reason: "ContainerStatusUnknown", exitCode: 137 } };
const pending = { waiting: { reason: "PodInitializing" } };
const backOff = { waiting: { reason: "CrashLoopBackOff" } };

// One line for each way through convertToAPIContainerStatuses of upstream's kubelet_pods.go.
test.each<[string, Case, Partial<ContainerStatus>]>([
  ["never made", {}, { state: pending, lastState: {}, restartCount: 0 }],
  ["made, not started", { records: [record(main, { state: "created" })] }, { state: { waiting: {} }, ready: false }],
  [
    "running",
    { records: [record(main)] },
    { state: { running: { startedAt: "1970-01-01T00:00:01Z" } }, ready: true, started: true },
  ],
  [
    "ended well",
    { records: [ended(main, 0)], policy: "Never" },
    { state: { terminated: { exitCode: 0, reason: "Completed" } as never } },
  ],
  [
    "ended badly",
    { records: [ended(main, 2)], policy: "Never" },
    { state: { terminated: { exitCode: 2, reason: "Error" } as never } },
  ],
  [
    "in back-off",
    { records: [ended(main, 2)], reasons: crash },
    { state: backOff, lastState: { terminated: { exitCode: 2 } } },
  ],
  [
    "in back-off, but deleted",
    { records: [ended(main, 2)], reasons: crash, isDeleted: true },
    { state: { terminated: { exitCode: 2 } } },
  ],
  [
    "failed for good, with an old reason",
    { records: [ended(main, 2)], reasons: crash, policy: "Never" },
    { state: { terminated: { exitCode: 2 } } },
  ],
  [
    "restarted",
    { records: [record(main), ended(main, 1, { id: "old" })] },
    { lastState: { terminated: { exitCode: 1 } } },
  ],
  [
    "of unknown state, ran before",
    { records: [record(main, { state: "unknown" })], previous: ran },
    { state: unlocated, restartCount: 3 },
  ],
  ["of unknown state, never seen", { records: [record(main, { state: "unknown" })] }, { state: { waiting: {} } }],
  ["gone, ran before", { previous: ran }, { state: pending, lastState: unlocated, restartCount: 3 }],
  [
    "gone with its deleted pod, ran before",
    { previous: ran, isDeleted: true },
    { lastState: unlocated, restartCount: 2 },
  ],
  [
    "gone, waited before",
    { previous: told({ state: { waiting: {} } }) },
    { state: pending, lastState: {}, restartCount: 2 },
  ],
  [
    "gone, ended before",
    { previous: told({ state: { terminated: { exitCode: 4 } } }) },
    { state: { terminated: { exitCode: 4 } }, restartCount: 2 },
  ],
  [
    "gone, ended before, and can't start",
    { previous: told({ state: { terminated: { exitCode: 4 } } }), reasons: crash },
    { state: backOff, lastState: { terminated: { exitCode: 4 } } },
  ],
  [
    "an init container that is done",
    { of: init, records: [ended(init, 0)] },
    { state: { terminated: { exitCode: 0 } }, ready: true },
  ],
  [
    "an init container that is gone, with containers made",
    { of: init, records: [record(main)] },
    { state: { terminated: { exitCode: 0, reason: "Completed" } }, ready: true },
  ],
  ["an init container that is gone, with none made", { of: init }, { state: pending, ready: false }],
  [
    "a sidecar that is gone, with containers made",
    { of: sidecar, records: [record(main)] },
    { state: pending, ready: false },
  ],
])("a container %s", (_, given, expected) => {
  expect(statusOf(given)).toMatchObject(expected);
});
