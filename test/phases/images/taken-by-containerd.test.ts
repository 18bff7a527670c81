import { expect, it } from "vitest";
import { takenByContainerd } from "../../../src/phases/images/taken-by-containerd.ts";

const check = takenByContainerd("/run/crio/crio.sock");

it("asks what listens on the socket in containerd's own language", () => {
  expect(check.probe()).toEqual([{ kind: "run", argv: ["ctr", "--address", "/run/crio/crio.sock", "version"] }]);
});

it("takes an answer as containerd", () => {
  const answer = {
    kind: "ran",
    exitCode: 0,
    stdout: "Server:\n  Version: 2.1.4\n",
    stderr: "",
    durationMs: 1,
  } as const;
  expect(check.judge([answer])).toEqual([]);
});

it("refuses a runtime that does not, such as CRI-O, and says what serves it instead", () => {
  const failed = { kind: "failed", tried: "ctr", got: "unknown service", exitCode: 1 } as const;
  expect(check.judge([failed])).toEqual([
    { severity: "error", message: expect.stringMatching(/\/run\/crio\/crio.sock is none.*imageRepository/) },
  ]);
});
