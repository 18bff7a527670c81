import { expect, test } from "vitest";
import { sourceAnnotation } from "../../../src/kubelet/api/pod.ts";
import type { ContainerState, ContainerStatus } from "../../../src/kubelet/api/pod-status.ts";
import { podPhase } from "../../../src/kubelet/status/pod-phase.ts";
import { container, pod } from "../sample.ts";

type Policy = "Always" | "OnFailure" | "Never";
type Told = Pick<ContainerStatus, "state" | "lastState"> & { started?: boolean };

const told = (state: ContainerState, lastState: ContainerState = {}): Told => ({ state, lastState });
const end = (exitCode: number): ContainerState => ({ terminated: { exitCode } });
const running: Told = { ...told({ running: {} }), started: true };
const starting: Told = { ...told({ running: {} }), started: false };
const waiting = told({ waiting: {} });
const ended = (exitCode: number) => told(end(exitCode));
/** Waits for its next start, after an end. */
const backingOff = (exitCode: number) => told({ waiting: {} }, end(exitCode));

const statuses = (prefix: string, list: readonly (Told | undefined)[]): ContainerStatus[] =>
  list.flatMap((one, index) =>
    one ? [{ name: `${prefix}${index}`, ready: false, restartCount: 0, image: "", imageID: "", ...one }] : [],
  );

type Case = {
  readonly policy: Policy;
  readonly app: readonly (Told | undefined)[];
  readonly init?: readonly (Told | undefined)[];
  readonly sidecars?: readonly (Told | undefined)[];
  readonly isTerminal?: boolean;
  readonly isStatic?: boolean;
};

function phaseOf({ policy, app, init = [], sidecars = [], isTerminal = false, isStatic = false }: Case) {
  const named = (prefix: string, list: readonly unknown[], more = {}) =>
    list.map((_, index) => container({ name: `${prefix}${index}`, ...more }));
  const spec = {
    restartPolicy: policy,
    containers: named("app", app),
    initContainers: [...named("init", init), ...named("side", sidecars, { restartPolicy: "Always" as const })],
  };
  const metadata = isStatic ? { annotations: { [sourceAnnotation]: "file" } } : {};
  const found = { init: [...statuses("init", init), ...statuses("side", sidecars)], app: statuses("app", app) };
  return podPhase(pod(spec, metadata), found, isTerminal);
}

// One line for each way through getPhase of upstream's kubelet_pods.go.
test.each<[string, Policy, Case["app"]]>([
  ["Pending", "Always", [waiting, waiting]],
  ["Pending", "Always", [running, waiting]],
  ["Pending", "Always", [running, undefined]],
  ["Pending", "Always", [undefined, undefined]],
  ["Running", "Always", [running, running]],
  ["Running", "Always", [running, ended(1)]],
  ["Running", "Always", [running, backingOff(1)]],
  ["Running", "Always", [ended(0), ended(0)]],
  ["Running", "Always", [ended(1), backingOff(1)]],
  ["Running", "OnFailure", [running, ended(0)]],
  ["Succeeded", "OnFailure", [ended(0), ended(0)]],
  ["Running", "OnFailure", [ended(0), ended(1)]],
  ["Running", "OnFailure", [backingOff(1), backingOff(1)]],
  ["Running", "Never", [running, ended(1)]],
  ["Succeeded", "Never", [ended(0), ended(0)]],
  ["Failed", "Never", [ended(0), ended(1)]],
  ["Pending", "Never", [ended(0), undefined]],
])("%s: %s with containers %j", (phase, policy, app) => {
  expect(phaseOf({ policy, app })).toBe(phase);
});

test.each<[string, Policy, Case["app"], Case["app"]]>([
  ["Pending", "Always", [undefined], [waiting]],
  ["Pending", "Always", [waiting], [waiting]],
  ["Pending", "Always", [running], [waiting]],
  ["Pending", "Always", [ended(1)], [waiting]],
  ["Pending", "Always", [backingOff(1)], [waiting]],
  ["Pending", "OnFailure", [ended(1)], [waiting]],
  ["Failed", "Never", [ended(1)], [waiting]],
  ["Failed", "Never", [backingOff(1)], [waiting]],
  ["Failed", "Never", [ended(0), ended(1)], [waiting]],
  ["Pending", "Never", [ended(0), running], [waiting]],
  ["Pending", "Never", [ended(0), ended(0)], [waiting]],
  ["Running", "Never", [ended(0), ended(0)], [running]],
  ["Running", "Always", [backingOff(0)], [running]],
])("%s: %s with init containers %j before %j", (phase, policy, init, app) => {
  expect(phaseOf({ policy, init, app })).toBe(phase);
});

test.each<[string, Policy, Case["app"], Case["app"]]>([
  ["Pending", "Always", [starting], [waiting]],
  ["Pending", "Always", [running], [waiting]],
  ["Running", "Always", [running], [running]],
  ["Running", "Always", [starting], [running]],
  ["Running", "Always", [backingOff(1)], [running]],
  ["Running", "Always", [ended(1)], [running]],
  ["Pending", "Always", [waiting], [running]],
  ["Pending", "Always", [undefined], [running]],
  ["Running", "Never", [running], [ended(0)]],
  ["Succeeded", "Never", [ended(0)], [ended(0)]],
  ["Succeeded", "Never", [ended(1)], [ended(0)]],
  ["Failed", "Never", [ended(0)], [ended(1)]],
])("%s: %s with sidecars %j beside %j", (phase, policy, sidecars, app) => {
  expect(phaseOf({ policy, sidecars, app })).toBe(phase);
});

test.each<[string, Policy, Case["app"], boolean]>([
  ["Succeeded", "Always", [ended(0), ended(0)], false],
  ["Failed", "Always", [ended(0), ended(137)], false],
  ["Succeeded", "OnFailure", [ended(0)], false],
  ["Failed", "OnFailure", [ended(1)], false],
  ["Running", "Always", [ended(0)], true],
  ["Failed", "Never", [ended(1)], true],
])("%s: %s and nothing is started again, with containers %j, static: %s", (phase, policy, app, isStatic) => {
  expect(phaseOf({ policy, app, isTerminal: true, isStatic })).toBe(phase);
});
