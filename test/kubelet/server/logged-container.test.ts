import { expect, test } from "vitest";
import type { ContainerState, ContainerStatus } from "../../../src/kubelet/api/pod-status.ts";
import { loggedContainer } from "../../../src/kubelet/server/logged-container.ts";

const ended = (id: string): ContainerState => ({
  terminated: { exitCode: 1, ...(id && { containerID: `rt://${id}` }) },
});
const waiting = (reason: string): ContainerState => ({ waiting: { reason } });
const running: ContainerState = { running: {} };

function logged(state: ContainerState, lastState: ContainerState, previous: boolean): string {
  const status = { name: "main", state, lastState, containerID: "rt://now" } as ContainerStatus;
  try {
    return loggedContainer({ containerStatuses: [status] }, { pod: "web", container: "main", previous });
  } catch (thrown) {
    return (thrown as Error).message;
  }
}

// One line for each way through validateContainerLogStatus of upstream's kubelet_pods.go.
test.each<[string, ContainerState, ContainerState, boolean]>([
  ["rt://now", running, {}, false],
  ["rt://now", running, ended("old"), false],
  ["rt://old", running, ended("old"), true],
  ['previous terminated container "main" in pod "web" not found', running, {}, true],
  ["rt://this", ended("this"), ended("old"), false],
  ["rt://old", ended("this"), ended("old"), true],
  ["rt://old", ended(""), ended("old"), false],
  ['container "main" in pod "web" is terminated', ended(""), {}, false],
  ["rt://old", waiting("CrashLoopBackOff"), ended("old"), false],
  ["rt://old", waiting("CrashLoopBackOff"), ended("old"), true],
  ['container "main" in pod "web" is waiting to start: ContainerCreating', waiting("ContainerCreating"), {}, false],
  ['container "main" in pod "web" is waiting to start: image can\'t be pulled', waiting("ErrImagePull"), {}, false],
  [
    'container "main" in pod "web" is waiting to start: trying and failing to pull image',
    ...([waiting("ImagePullBackOff"), {}, false] as const),
  ],
])("%s: state %j, last state %j, previous: %s", (expected, state, lastState, previous) => {
  expect(logged(state, lastState, previous)).toBe(expected);
});

test("a container that the pod has not is not available", () => {
  const wish = { pod: "web", container: "other", previous: false };
  expect(() => loggedContainer({}, wish)).toThrow('container "other" in pod "web" is not available');
});
