import { expect, test } from "vitest";
import { requireFitHost } from "../../../src/kubelet/node/host-requirements.ts";

const strict = { failSwapOn: true, failCgroupV1: true };

test("swap and cgroup v1 are refused unless the configuration allows them", () => {
  expect(() => requireFitHost(strict, { swapBytes: 1 }, 2)).toThrow("running with swap on is not supported");
  expect(() => requireFitHost(strict, { swapBytes: 0 }, 1)).toThrow(
    "kubelet is configured to not run on a host using cgroup v1",
  );
  requireFitHost(strict, { swapBytes: 0 }, 2);
  requireFitHost({ failSwapOn: false, failCgroupV1: false }, { swapBytes: 1 }, 1);
});
