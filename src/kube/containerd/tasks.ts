import { socketPath } from "../cri/client.ts";
import { type Channel, unixChannel } from "../grpc/channel.ts";
import { GrpcError } from "../grpc/status.ts";
import { string, uint32 } from "../protobuf/field.ts";
import { message } from "../protobuf/message.ts";

// containerd's own task service, on the socket of its CRI: api/services/tasks/v1/tasks.proto.

const killRequest = message({ containerId: string(1), signal: uint32(3) });
/** Of Wait and of Delete. */
const taskRequest = message({ containerId: string(1) });

const service = "/containerd.services.tasks.v1.Tasks";
const sigkill = 9;
const deadlineMs = 10_000;

/**
 * Kills and deletes the task of a container behind the CRI's back. Rejects with GrpcError: NOT_FOUND when it has none,
 * UNIMPLEMENTED from a runtime that is not containerd.
 */
export async function endTask(endpoint: string, containerId: string): Promise<void> {
  const channel = unixChannel(socketPath(endpoint));
  try {
    await call(channel, "Kill", killRequest.encode({ containerId, signal: sigkill })).catch(unlessEnded);
    await call(channel, "Wait", taskRequest.encode({ containerId }));
    await call(channel, "Delete", taskRequest.encode({ containerId }));
  } finally {
    channel.close();
  }
}

/** A process that has ended already can't be killed, and that is well. */
function unlessEnded(thrown: unknown): void {
  if (!(thrown instanceof GrpcError) || thrown.status !== "NOT_FOUND") throw thrown;
}

async function call(channel: Channel, method: string, encoded: Uint8Array): Promise<void> {
  const metadata = { "containerd-namespace": "k8s.io" };
  for await (const _ of channel.call({ path: `${service}/${method}`, message: encoded, metadata, deadlineMs })) return;
}
