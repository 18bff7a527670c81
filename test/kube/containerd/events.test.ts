import { expect, it } from "vitest";
import { taskEvent } from "../../../src/kube/containerd/events.ts";

it("reads the exit of a container's first process", () => {
  const encoded = Buffer.from("0a026331120263311807200a", "hex");
  expect(taskEvent("/tasks/exit", encoded)).toEqual({
    kind: "exit",
    containerId: "c1",
    id: "c1",
    pid: 7,
    exitStatus: 10,
  });
});

it("passes over events that are not of tasks", () => {
  expect(taskEvent("/images/create", Buffer.alloc(0))).toBeUndefined();
});
