import { expect, it } from "vitest";
import { containerdSocket, criSocketOf, installFor } from "../../src/runtime/cri-socket.ts";

const packages = { kind: "packages" } as const;
const crio = "/run/crio/crio.sock";

it("is CRI-O's where it listens and containerd does not", () => {
  expect(criSocketOf(packages, [crio])).toBe(crio);
  expect(criSocketOf(packages, [containerdSocket, crio])).toBe(containerdSocket);
  expect(criSocketOf(packages, [])).toBe(containerdSocket);
});

it("is what was said, or found, where nothing is to be installed", () => {
  expect(criSocketOf({ kind: "none", socket: "/run/x.sock" }, [containerdSocket])).toBe("/run/x.sock");
  expect(criSocketOf({ kind: "none" }, [crio])).toBe(crio);
});

it("brings no packages for a socket that is not ours", () => {
  expect(installFor(containerdSocket, packages)).toBe(packages);
  expect(installFor(crio, packages)).toEqual({ kind: "none", socket: crio });
});
