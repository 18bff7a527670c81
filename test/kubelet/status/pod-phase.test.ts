import { expect, test } from "vitest";
import type { ContainerState, ContainerStatus } from "../../../src/kubelet/api/pod-status.ts";
import { podPhase } from "../../../src/kubelet/status/pod-phase.ts";
import { container, pod } from "../sample.ts";

const running: ContainerState = { running: {} };
const waiting: ContainerState = { waiting: {} };
const ended = (exitCode: number): ContainerState => ({ terminated: { exitCode } });
const status = (name: string, state: ContainerState, more: Partial<ContainerStatus> = {}): ContainerStatus => ({
  name,
  state,
  lastState: {},
  ready: false,
  restartCount: 0,
  image: "",
  imageID: "",
  ...more,
});
const app = (...states: ContainerState[]) => states.map((state, index) => status(String(index), state));
const spec = (count: number, more = {}) =>
  pod({ containers: Array.from({ length: count }, (_, index) => container({ name: String(index) })), ...more });

test.each([
  ["Always", [waiting, waiting], "Pending"],
  ["Always", [running, waiting], "Pending"],
  ["Always", [running, running], "Running"],
  ["Always", [running, ended(1)], "Running"],
  ["Always", [ended(0), ended(0)], "Running"],
  ["Always", [ended(1), ended(1)], "Running"],
  ["OnFailure", [running, ended(0)], "Running"],
  ["OnFailure", [ended(0), ended(0)], "Succeeded"],
  ["OnFailure", [ended(0), ended(1)], "Running"],
  ["Never", [running, ended(1)], "Running"],
  ["Never", [ended(0), ended(0)], "Succeeded"],
  ["Never", [ended(0), ended(1)], "Failed"],
] as const)("%s, %o is %s", (restartPolicy, states, phase) => {
  expect(podPhase(spec(2, { restartPolicy }), { init: [], app: app(...states) }, false)).toBe(phase);
});

test("a container in back-off counts as one that ran", () => {
  const crashed = status("0", waiting, { lastState: ended(1) });
  expect(podPhase(spec(1), { init: [], app: [crashed] }, false)).toBe("Running");
});

test.each([
  [[0, 0], "Succeeded"],
  [[0, 137], "Failed"],
])("a pod that was ended with codes %o is %s whatever its policy", (codes, phase) => {
  expect(podPhase(spec(2), { init: [], app: app(...codes.map(ended)) }, true)).toBe(phase);
});

const withInit = (more = {}) => spec(1, { initContainers: [container({ name: "init" })], ...more });

test.each([
  ["Always", running, "Pending"],
  ["Always", ended(1), "Pending"],
  ["Never", ended(1), "Failed"],
  ["Never", ended(0), "Pending"],
] as const)("with %s an init container in state %o makes it %s", (restartPolicy, state, phase) => {
  const statuses = { init: [status("init", state)], app: [status("0", waiting)] };
  expect(podPhase(withInit({ restartPolicy }), statuses, false)).toBe(phase);
});

test("a sidecar that still runs keeps a finished pod Running", () => {
  const sidecar = container({ name: "side", restartPolicy: "Always" });
  const wanted = spec(1, { initContainers: [sidecar], restartPolicy: "Never" });
  const init = [status("side", running, { started: true })];
  expect(podPhase(wanted, { init, app: app(ended(0)) }, false)).toBe("Running");
  expect(podPhase(wanted, { init: [status("side", ended(0))], app: app(ended(0)) }, false)).toBe("Succeeded");
});
