import { messageOf, SlipwayError } from "../../base/errors.ts";
import { until } from "../../base/until.ts";
import { isHostLost } from "../../hosts/lost-host.ts";
import type { CriClient } from "../../kube/cri/client.ts";
import type { Target } from "../engine/phase.ts";
import { withCri } from "./with-cri.ts";

const withinMs = 30_000;

/** Waits until the runtime on a socket says over CRI that it is ready; else fails with what its unit logged last. */
export async function runtimeAnswers(socket: string, { host, signal, report }: Target): Promise<void> {
  try {
    const version = await until(() => askVersion(socket, { host, signal }), {
      for: `the container runtime on ${socket}`,
      withinMs,
      signal,
      isFinal: isHostLost,
    });
    report(`${version.runtimeName} ${version.runtimeVersion} answers`);
  } catch (thrown) {
    signal.throwIfAborted();
    if (isHostLost(thrown)) throw thrown;
    throw new SlipwayError(
      {
        code: "RUNTIME_NOT_READY",
        exit: "hostStep",
        host: host.name,
        phase: "runtime",
        message: "the container runtime does not answer",
        tried: `CRI v1 on unix://${socket}`,
        got: `${messageOf(thrown)}\n${await lastLines(socket, host)}`.trim(),
        remedy: "read `journalctl -u containerd` on that host, mend what it says, and run again",
      },
      { cause: thrown },
    );
  }
}

function askVersion(socket: string, target: Pick<Target, "host" | "signal">) {
  return withCri(socket, target, async (cri) => {
    const { signal } = target;
    return (await isReady(cri, signal)) && (await cri.version({}, { signal, deadlineMs: 5_000 }));
  });
}

async function isReady(client: CriClient, signal: AbortSignal): Promise<boolean> {
  const { status } = await client.status({}, { signal, deadlineMs: 5_000 });
  const condition = status?.conditions.find(({ type }) => type === "RuntimeReady");
  if (condition && !condition.status)
    throw new Error(`RuntimeReady is false: ${condition.reason} ${condition.message}`);
  return condition?.status === true;
}

async function lastLines(socket: string, host: Target["host"]): Promise<string> {
  const unit = socket.includes("crio") ? "crio" : "containerd";
  const argv = ["journalctl", "--unit", unit, "--lines", "12", "--no-pager", "--output", "cat"];
  return host.run(argv, { okExitCodes: [0, 1], deadlineMs: 10_000 }).then(
    ({ stdout }) => stdout,
    () => "",
  );
}
