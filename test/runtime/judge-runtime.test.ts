import { expect, it } from "vitest";
import { judgeRuntime } from "../../src/runtime/judge-runtime.ts";

const told = (SystemdCgroup?: boolean) => ({
  driver: undefined,
  config: JSON.stringify({
    containerd: {
      defaultRuntimeName: "runc",
      runtimes: { runc: { options: SystemdCgroup === undefined ? null : { SystemdCgroup } } },
    },
  }),
});

it("finds a cgroup driver that is not the host's", () => {
  expect(judgeRuntime(told(true), "cgroupfs")).toContain("systemd");
  expect(judgeRuntime(told(false), "systemd")).toContain("cgroupfs");
  expect(judgeRuntime(told(), "systemd")).toContain("cgroupfs");
});

it("believes the answer to RuntimeConfig, the only one of CRI-O", () => {
  expect(judgeRuntime({ driver: "systemd", config: undefined }, "cgroupfs")).toContain("systemd");
  expect(judgeRuntime({ driver: "systemd", config: undefined }, "systemd")).toBeUndefined();
  expect(judgeRuntime({ ...told(false), driver: "systemd" }, "systemd")).toBeUndefined();
});

it("finds nothing where the drivers agree, or the runtime does not tell", () => {
  expect(judgeRuntime(told(true), "systemd")).toBeUndefined();
  expect(judgeRuntime(told(), "cgroupfs")).toBeUndefined();
  expect(judgeRuntime({ driver: undefined, config: undefined }, "systemd")).toBeUndefined();
  expect(judgeRuntime({ driver: undefined, config: "not JSON" }, "systemd")).toBeUndefined();
});
