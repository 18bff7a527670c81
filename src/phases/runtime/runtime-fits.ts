import { SlipwayError } from "../../base/errors.ts";
import type { CallOptions, CriClient } from "../../kube/cri/client.ts";
import { GrpcError } from "../../kube/grpc/status.ts";
import { type CgroupDriver, cgroupDriverOf } from "../../runtime/cgroup-driver.ts";
import { judgeRuntime, type RuntimeAccount } from "../../runtime/judge-runtime.ts";
import type { Target } from "../engine/phase.ts";
import { withCri } from "./with-cri.ts";

/** Refuses a runtime that somebody else set up in a way that the host's kubelet can't work with. */
export async function runtimeFits(socket: string, target: Target): Promise<void> {
  const { host, facts, signal } = target;
  const account = await withCri(socket, target, (cri) => accountOf(cri, { signal, deadlineMs: 5_000 }));
  const problem = judgeRuntime(account, cgroupDriverOf(facts));
  if (!problem) return;
  throw new SlipwayError({
    code: "RUNTIME_UNFIT",
    exit: "hostStep",
    host: host.name,
    phase: "runtime",
    message: `the container runtime does not fit: ${problem}`,
    tried: `Status of unix://${socket}`,
    remedy:
      "set the cgroup driver in the runtime's configuration accordingly (containerd: SystemdCgroup, CRI-O: cgroup_manager), or let slipway set it up (spec.runtime.install)",
  });
}

async function accountOf(cri: CriClient, options: CallOptions): Promise<RuntimeAccount> {
  const { info } = await cri.status({ verbose: true }, options);
  return { config: info.config, driver: await driverTold(cri, options) };
}

async function driverTold(cri: CriClient, options: CallOptions): Promise<CgroupDriver | undefined> {
  try {
    const { linux } = await cri.runtimeConfig({}, options);
    return linux && (linux.cgroupDriver === "SYSTEMD" ? "systemd" : "cgroupfs");
  } catch (thrown) {
    if (thrown instanceof GrpcError && thrown.status === "UNIMPLEMENTED") return undefined;
    throw thrown;
  }
}
