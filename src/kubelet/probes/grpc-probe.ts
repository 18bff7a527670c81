import { connect } from "node:net";
import { messageOf } from "../../base/errors.ts";
import { channelOver } from "../../kube/grpc/channel.ts";
import { GrpcError } from "../../kube/grpc/status.ts";
import { enumeration, string } from "../../kube/protobuf/field.ts";
import { message } from "../../kube/protobuf/message.ts";
import type { ProbeResult } from "./probe-result.ts";
import { failure, success } from "./probe-result.ts";

// grpc.health.v1.
const checkRequest = message({ service: string(1) });
const checkResponse = message({ status: enumeration(["UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"])(1) });
const path = "/grpc.health.v1.Health/Check";

export type GrpcTarget = {
  readonly host: string;
  readonly port: number;
  readonly service: string;
  readonly timeoutMs: number;
};

/** Healthy when grpc.health.v1 says SERVING. */
export async function grpcProbe({ host, port, service, timeoutMs }: GrpcTarget): Promise<ProbeResult> {
  const channel = channelOver(() => connect({ host, port }));
  try {
    const request = checkRequest.encode({ service });
    for await (const encoded of channel.call({ path, message: request, deadlineMs: timeoutMs })) {
      const { status } = checkResponse.decode(encoded);
      return status === "SERVING" ? success() : failure(`service unhealthy (responded with "${status}")`);
    }
    return failure("service unhealthy (no response)");
  } catch (thrown) {
    return failure(reasonOf(thrown, host, port));
  } finally {
    channel.close();
  }
}

function reasonOf(thrown: unknown, host: string, port: number): string {
  if (!(thrown instanceof GrpcError)) return messageOf(thrown);
  if (thrown.status === "DEADLINE_EXCEEDED")
    return `timeout: failed to connect service "${host}:${port}" within its timeout`;
  if (thrown.status === "UNIMPLEMENTED")
    return "error: this server does not implement the grpc health protocol (grpc.health.v1.Health)";
  return `error: health rpc probe failed: ${thrown.reason}`;
}
