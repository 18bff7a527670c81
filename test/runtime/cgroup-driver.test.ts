import { expect, it } from "vitest";
import { cgroupDriverOf } from "../../src/runtime/cgroup-driver.ts";

it.each([
  ["v2", "systemd", "systemd"],
  ["v2", "other", "cgroupfs"],
  ["v1", "systemd", "cgroupfs"],
  ["hybrid", "systemd", "cgroupfs"],
] as const)("on cgroup %s with init %s the driver is %s", (cgroup, initSystem, driver) => {
  expect(cgroupDriverOf({ cgroup, initSystem })).toBe(driver);
});
