import { socketPath } from "../cri/client.ts";
import { type Channel, unixChannel } from "../grpc/channel.ts";
import { bytes, int32, int64, string, strings, uint32 } from "../protobuf/field.ts";
import { message, one } from "../protobuf/message.ts";

// containerd's own event service, on the socket of its CRI: api/services/events/v1, api/events/task.proto.

const any = message({ typeUrl: string(1), value: bytes(2) });
const timestamp = message({ seconds: int64(1), nanos: int32(2) });
const envelope = message({ timestamp: one(timestamp, 1), namespace: string(2), topic: string(3), event: one(any, 4) });
const subscribeRequest = message({ filters: strings(1) });

const taskStart = message({ containerId: string(1), pid: uint32(2) });
const taskExit = message({ containerId: string(1), id: string(2), pid: uint32(3), exitStatus: uint32(4) });
const taskOom = message({ containerId: string(1) });

/** What happened to a process of a container; `containerId` of a sandbox's own process is the sandbox's id. */
export type TaskEvent =
  | { readonly kind: "start"; readonly containerId: string; readonly pid: number }
  /** `id` is the container's for its first process, an exec's otherwise. */
  | {
      readonly kind: "exit";
      readonly containerId: string;
      readonly id: string;
      readonly pid: number;
      readonly exitStatus: number;
    }
  | { readonly kind: "oom"; readonly containerId: string };

const filters = ["start", "exit", "oom"].map((verb) => `namespace==k8s.io,topic=="/tasks/${verb}"`);

/** Task events of the k8s.io namespace as they happen; ends only with GrpcError (UNIMPLEMENTED: not containerd) or the signal. */
export async function* taskEvents(endpoint: string, signal?: AbortSignal): AsyncGenerator<TaskEvent, void, undefined> {
  const channel = unixChannel(socketPath(endpoint));
  try {
    yield* subscribe(channel, signal);
  } finally {
    channel.close();
  }
}

async function* subscribe(channel: Channel, signal?: AbortSignal): AsyncGenerator<TaskEvent, void, undefined> {
  const path = "/containerd.services.events.v1.Events/Subscribe";
  for await (const encoded of channel.call({ path, message: subscribeRequest.encode({ filters }), signal })) {
    const { topic, event } = envelope.decode(encoded);
    const decoded = taskEvent(topic, event?.value ?? new Uint8Array());
    if (decoded) yield decoded;
  }
}

/** The event of a topic, from its encoded message; undefined for topics that are not of tasks. */
export function taskEvent(topic: string, value: Uint8Array): TaskEvent | undefined {
  switch (topic) {
    case "/tasks/start":
      return { kind: "start", ...taskStart.decode(value) };
    case "/tasks/exit":
      return { kind: "exit", ...taskExit.decode(value) };
    case "/tasks/oom":
      return { kind: "oom", ...taskOom.decode(value) };
    default:
      return undefined;
  }
}
