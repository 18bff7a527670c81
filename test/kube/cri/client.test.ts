import { expect, it } from "vitest";
import { socketPath } from "../../../src/kube/cri/client.ts";
import { stopSignals } from "../../../src/kube/cri/stop-signals.ts";

it("takes the path out of a CRI endpoint", () => {
  expect(socketPath("unix:///run/containerd/containerd.sock")).toBe("/run/containerd/containerd.sock");
  expect(socketPath("/run/crio/crio.sock")).toBe("/run/crio/crio.sock");
});

it("refuses an endpoint that is no unix socket", () => {
  expect(() => socketPath("tcp://127.0.0.1:1234")).toThrow(
    expect.objectContaining({ details: expect.objectContaining({ code: "CRI_ENDPOINT_INVALID" }) }),
  );
});

it("has the signals at their numbers in CRI's enum", () => {
  expect(stopSignals.indexOf("SIGTERM")).toBe(23);
  expect(stopSignals.indexOf("SIGRTMIN")).toBe(35);
  expect(stopSignals.indexOf("SIGRTMAXMINUS14")).toBe(51);
  expect(stopSignals.indexOf("SIGRTMAX")).toBe(65);
});
