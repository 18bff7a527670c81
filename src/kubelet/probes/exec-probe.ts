import { messageOf } from "../../base/errors.ts";
import type { CriClient } from "../../kube/cri/client.ts";
import { GrpcError } from "../../kube/grpc/status.ts";
import type { ProbeResult } from "./probe-result.ts";
import { failure, maxOutput, success, unknown } from "./probe-result.ts";

export type ExecTarget = {
  readonly containerId: string;
  readonly command: readonly string[];
  readonly timeoutSeconds: number;
};

/** Healthy when the command ends with 0 in time. */
export async function execProbe(
  cri: CriClient,
  { containerId, command, timeoutSeconds }: ExecTarget,
): Promise<ProbeResult> {
  try {
    const { exitCode, stdout, stderr } = await cri.execSync({ containerId, cmd: command, timeout: timeoutSeconds });
    const output = Buffer.concat([stdout, stderr]).toString("utf8", 0, maxOutput);
    return exitCode === 0 ? success(output) : failure(output);
  } catch (thrown) {
    if (thrown instanceof GrpcError && thrown.status === "DEADLINE_EXCEEDED")
      return failure(`command timed out: "${command.join(" ")}" timed out after ${timeoutSeconds}s`);
    return unknown(messageOf(thrown));
  }
}
