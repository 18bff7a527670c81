import { SlipwayError } from "../../base/errors.ts";
import { type Channel, unixChannel } from "../grpc/channel.ts";
import { GrpcError } from "../grpc/status.ts";
import type { Decoded, Input } from "../protobuf/message.ts";
import { containerEvents, methods } from "./methods.ts";
import type { ContainerEvent } from "./runtime.ts";

type Methods = typeof methods;
export type CriMethod = keyof Methods;
export type CriRequest<M extends CriMethod> = Input<Decoded<Methods[M]["request"]>>;
export type CriResponse<M extends CriMethod> = Decoded<Methods[M]["response"]>;

export type CallOptions = {
  /** Overrides the method's own deadline; 0 for none. */
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal | undefined;
};

/** The calls of CRI v1; each rejects with GrpcError, whose `status` is gRPC's (NOT_FOUND, UNAVAILABLE, UNIMPLEMENTED, ...). */
export type CriClient = {
  readonly [M in CriMethod]: (request: CriRequest<M>, options?: CallOptions) => Promise<CriResponse<M>>;
} & {
  /** Ends only with an error or the signal; UNIMPLEMENTED on containerd before 1.7. */
  getContainerEvents(options?: CallOptions): AsyncIterable<ContainerEvent>;
  close(): void;
};

/** The kubelet's runtimeRequestTimeout. */
const defaultDeadlineMs = 120_000;

/** A client for a runtime's socket: `unix:///run/containerd/containerd.sock` or its path. Connects at the first call. */
export function criClient(endpoint: string): CriClient {
  return criClientOver(unixChannel(socketPath(endpoint)));
}

export function criClientOver(channel: Channel): CriClient {
  const calls = Object.keys(methods).map((name) => [name, unary(channel, name as CriMethod)]);
  return {
    ...Object.fromEntries(calls),
    getContainerEvents: (options: CallOptions = {}) => events(channel, options),
    close: () => channel.close(),
  } as CriClient;
}

/** The path of a CRI endpoint; only unix sockets are spoken to. */
export function socketPath(endpoint: string): string {
  const path = endpoint.replace(/^unix:\/\//, "");
  if (path.startsWith("/")) return path;
  throw new SlipwayError({
    code: "CRI_ENDPOINT_INVALID",
    exit: "configuration",
    message: "a container runtime endpoint is a unix socket",
    got: endpoint,
    remedy: "write it as unix:///run/containerd/containerd.sock",
  });
}

function unary<M extends CriMethod>(channel: Channel, name: M) {
  const { path, request, response } = methods[name];
  return async (input: CriRequest<M>, options: CallOptions = {}): Promise<CriResponse<M>> => {
    const deadlineMs = options.deadlineMs ?? deadlineOf(name, input as { timeout?: number });
    const message = request.encode(input as never);
    for await (const encoded of channel.call({ path, message, deadlineMs, signal: options.signal })) {
      return response.decode(encoded) as CriResponse<M>;
    }
    throw new GrpcError({ status: "INTERNAL", reason: "the answer held no message", tried: path });
  };
}

/** Deadlines as the kubelet's remote runtime sets them; calls with a timeout of their own get it on top. */
function deadlineOf(name: CriMethod, input: { readonly timeout?: number | undefined }): number {
  const timeoutMs = (input.timeout ?? 0) * 1000;
  switch (name) {
    case "pullImage":
      return 0;
    case "execSync":
      return timeoutMs === 0 ? 0 : timeoutMs + defaultDeadlineMs;
    case "stopContainer":
      return timeoutMs + defaultDeadlineMs;
    case "runPodSandbox":
      return 2 * defaultDeadlineMs;
    default:
      return defaultDeadlineMs;
  }
}

async function* events(channel: Channel, { deadlineMs, signal }: CallOptions): AsyncGenerator<ContainerEvent> {
  const { path, request, response } = containerEvents;
  const message = request.encode({});
  for await (const encoded of channel.call({ path, message, deadlineMs, signal })) yield response.decode(encoded);
}
