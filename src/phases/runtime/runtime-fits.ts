import { SlipwayError } from "../../base/errors.ts";
import { cgroupDriverOf } from "../../runtime/cgroup-driver.ts";
import { judgeRuntime } from "../../runtime/judge-runtime.ts";
import type { Target } from "../engine/phase.ts";
import { withCri } from "./with-cri.ts";

/** Refuses a runtime that somebody else set up in a way that the host's kubelet can't work with. */
export async function runtimeFits(socket: string, target: Target): Promise<void> {
  const { host, facts, signal } = target;
  const { info } = await withCri(socket, target, (cri) => cri.status({ verbose: true }, { signal, deadlineMs: 5_000 }));
  const problem = judgeRuntime(info.config, cgroupDriverOf(facts));
  if (!problem) return;
  throw new SlipwayError({
    code: "RUNTIME_UNFIT",
    exit: "hostStep",
    host: host.name,
    phase: "runtime",
    message: `the container runtime does not fit: ${problem}`,
    tried: `Status of unix://${socket}`,
    remedy:
      "set SystemdCgroup in the runtime's configuration accordingly, or let slipway set it up (spec.runtime.install)",
  });
}
