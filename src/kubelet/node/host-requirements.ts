import { readFile, writeFile } from "node:fs/promises";
import { SlipwayError } from "../../base/errors.ts";
import type { KubeletConfiguration } from "../config/kubelet-configuration.ts";
import type { Log } from "../log.ts";
import type { Machine } from "./machine.ts";

type Requirements = Pick<KubeletConfiguration, "failSwapOn" | "failCgroupV1">;

/** Refuses a host that the configuration rules out; throws KUBELET_HOST_UNFIT. */
export function requireFitHost(
  { failSwapOn, failCgroupV1 }: Requirements,
  { swapBytes }: Pick<Machine, "swapBytes">,
  cgroupVersion: 1 | 2,
): void {
  if (failSwapOn && swapBytes > 0)
    throw unfit(
      "running with swap on is not supported, please disable swap or set failSwapOn to false",
      "swapoff --all",
    );
  if (failCgroupV1 && cgroupVersion === 1)
    throw unfit(
      "kubelet is configured to not run on a host using cgroup v1",
      "move the host to cgroup v2, or set failCgroupV1 to false",
    );
}

function unfit(message: string, remedy: string): SlipwayError {
  return new SlipwayError({ code: "KUBELET_HOST_UNFIT", exit: "preflight", message, remedy });
}

/** What the kernel must do when memory runs out or it panics (container_manager_linux.go, setupKernelTunables). */
const kernelDefaults = [
  { path: "/proc/sys/vm/overcommit_memory", value: "1" },
  { path: "/proc/sys/vm/panic_on_oom", value: "0" },
  { path: "/proc/sys/kernel/panic", value: "10" },
  { path: "/proc/sys/kernel/panic_on_oops", value: "1" },
  { path: "/proc/sys/kernel/keys/root_maxkeys", value: "1000000" },
  { path: "/proc/sys/kernel/keys/root_maxbytes", value: "25000000" },
];

/** Sets them, or with `protect` only says which differ; a host where they can't be written runs on without. */
export async function setKernelDefaults(protect: boolean, log: Log): Promise<void> {
  for (const { path, value } of kernelDefaults) {
    const current = (await readFile(path, "utf8").catch(() => "")).trim();
    if (current === value) continue;
    if (protect)
      log.error("A kernel setting is not what the kubelet expects", { path, expected: value, actual: current });
    else
      await writeFile(path, value).catch((err) => log.debug(1, "Could not set a kernel setting", { path, value, err }));
  }
}
