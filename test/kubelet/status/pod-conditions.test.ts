import { expect, test } from "vitest";
import type { ContainerState, ContainerStatus, PodPhase } from "../../../src/kubelet/api/pod-status.ts";
import { podConditions } from "../../../src/kubelet/status/pod-conditions.ts";
import { container, pod } from "../sample.ts";

const status = (name: string, more: Partial<ContainerStatus> = {}): ContainerStatus => ({
  ...{ name, state: { running: {} }, lastState: {}, ready: true, started: true },
  ...{ restartCount: 0, image: "", imageID: "" },
  ...more,
});
const waiting: { state: ContainerState; ready: boolean; started: boolean } = {
  state: { waiting: {} },
  ready: false,
  started: false,
};
const wanted = pod(
  {
    initContainers: [container({ name: "init" }), container({ name: "side", restartPolicy: "Always" })],
    containers: [container({ name: "a" }), container({ name: "b" })],
    readinessGates: [{ conditionType: "gate" }],
  },
  { generation: 7 },
);
const well = {
  phase: "Running" as PodPhase,
  hasSandbox: true,
  hasNetwork: true,
  init: [status("init", { state: { terminated: { exitCode: 0 } } }), status("side")],
  app: [status("a"), status("b")],
  otherConditions: [{ type: "gate", status: "True" as const }],
};
type Facts = typeof well;

/** What a condition says: `True`, or `False Reason: message`. */
function said(type: string, facts: Facts): string {
  const found = podConditions(wanted, facts).find((one) => one.type === type);
  if (!found) return "none";
  const { status: value, reason, message } = found;
  return [value, reason, message && `| ${message}`].filter(Boolean).join(" ");
}

// One line for each way through upstream's status/generate.go.
test.each<[string, string, string, Partial<Facts>]>([
  ["PodReadyToStartContainers", "a sandbox with an address", "True", {}],
  ["PodReadyToStartContainers", "no sandbox", "False", { hasSandbox: false }],
  ["PodReadyToStartContainers", "no address yet", "False", { hasNetwork: false }],
  ["Initialized", "all done and started", "True", { app: [] }],
  [
    ...(["Initialized", "an init container that has not ended"] as const),
    "False ContainersNotInitialized | containers with incomplete status: [init]",
    { init: [status("init", waiting), status("side")], app: [status("a", waiting), status("b", waiting)] },
  ],
  [
    ...(["Initialized", "a sidecar that has not started"] as const),
    "False ContainersNotInitialized | containers with incomplete status: [side]",
    { init: [well.init[0]!, status("side", { started: false })], app: [status("a", waiting)] },
  ],
  [
    "Initialized",
    "a sidecar that restarts beside containers that run",
    "True",
    { init: [well.init[0]!, status("side", waiting)] },
  ],
  ["Initialized", "success", "True PodCompleted", { phase: "Succeeded" }],
  ["ContainersReady", "all ready", "True", {}],
  [
    "ContainersReady",
    "one unready",
    "False ContainersNotReady | containers with unready status: [b]",
    { app: [status("a"), status("b", { ready: false })] },
  ],
  [
    "ContainersReady",
    "an unready sidecar",
    "False ContainersNotReady | containers with unready status: [side]",
    { init: [well.init[0]!, status("side", { ready: false })] },
  ],
  ["ContainersReady", "success", "False PodCompleted", { phase: "Succeeded" }],
  ["ContainersReady", "failure", "False PodFailed", { phase: "Failed" }],
  ["Ready", "containers and gates ready", "True", {}],
  [
    "Ready",
    "unready containers",
    "False ContainersNotReady | containers with unready status: [a]",
    { app: [status("a", { ready: false }), status("b")] },
  ],
  [
    ...(["Ready", "a gate that nobody has set"] as const),
    'False ReadinessGatesNotReady | corresponding condition of pod readiness gate "gate" does not exist.',
    { otherConditions: [] },
  ],
  [
    ...(["Ready", "a gate that is shut"] as const),
    'False ReadinessGatesNotReady | the status of pod readiness gate "gate" is not "True", but False',
    { otherConditions: [{ type: "gate", status: "False" as never }] },
  ],
  ["PodScheduled", "always", "True", {}],
])("%s with %s is %s", (type, _, expected, more) => {
  expect(said(type, { ...well, ...more })).toBe(expected);
});

test("each condition tells the generation that it was found for", () => {
  expect(podConditions(wanted, well).map(({ observedGeneration }) => observedGeneration)).toEqual([7, 7, 7, 7, 7]);
  expect(podConditions(pod(), { ...well, init: [], app: [status("main")] })[0]).not.toHaveProperty(
    "observedGeneration",
  );
});
