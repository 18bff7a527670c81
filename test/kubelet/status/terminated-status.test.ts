import { expect, test } from "vitest";
import { sourceAnnotation } from "../../../src/kubelet/api/pod.ts";
import type { ContainerState, ContainerStatus } from "../../../src/kubelet/api/pod-status.ts";
import { terminatedStatus } from "../../../src/kubelet/status/terminated-status.ts";
import { container, pod } from "../sample.ts";

const status = (name: string, state: ContainerState): ContainerStatus => ({
  ...{ name, state, lastState: {}, ready: false, restartCount: 0, image: "", imageID: "" },
});
const waiting = { waiting: {} };
const done = { terminated: { exitCode: 0 } };
const lost = expect.objectContaining({ reason: "ContainerStatusUnknown", exitCode: 137 });
const withInits = pod({ initContainers: [container({ name: "one" }), container({ name: "two" })] });

test("what began and was not seen to end has failed, and so has the pod", () => {
  const found = terminatedStatus(pod(), { phase: "Running", containerStatuses: [status("main", waiting)] });
  expect(found).toMatchObject({ phase: "Failed", containerStatuses: [{ state: { terminated: lost } }] });
});

test("an end that was seen stays, and so does a final phase", () => {
  const before = { phase: "Succeeded" as const, containerStatuses: [status("main", done)] };
  expect(terminatedStatus(pod(), before)).toEqual(before);
});

test("containers that could not start yet are no failures, nor are init containers after the last that began", () => {
  const found = terminatedStatus(withInits, {
    phase: "Pending",
    initContainerStatuses: [status("one", { running: {} }), status("two", waiting)],
    containerStatuses: [status("main", waiting)],
  });
  expect(found.initContainerStatuses).toMatchObject([{ state: { terminated: lost } }, { state: waiting }]);
  expect(found.containerStatuses).toMatchObject([{ state: waiting }]);
  expect(found.phase).toBe("Failed");
});

test("a static pod has no final phase", () => {
  const mine = pod({}, { annotations: { [sourceAnnotation]: "file" } });
  expect(terminatedStatus(mine, { phase: "Running", containerStatuses: [status("main", done)] }).phase).toBe("Running");
});
