import { until, type Wait } from "../../base/until.ts";
import { isHostLost } from "../../hosts/lost-host.ts";
import { unlessLost } from "../../hosts/unless-lost.ts";
import { type CriClient, criClientOver } from "../../kube/cri/client.ts";
import { channelOver } from "../../kube/grpc/channel.ts";
import type { Target } from "../engine/phase.ts";

type Place = Pick<Target, "host" | "signal">;

/** Speaks CRI with the runtime on a host's socket; the connection ends with the work, and the work when the host is lost. */
export async function withCri<T>(socket: string, place: Place, work: (cri: CriClient) => Promise<T>): Promise<T> {
  const connection = await connected(socket, place);
  try {
    // a call may wait for its deadline on a stream that is over, and some have none
    return await unlessLost(place, () => work(connection.cri));
  } finally {
    connection.close();
  }
}

/**
 * Polls a runtime until `condition` is true: over one connection for as long as it holds, over a new one after a failure. Rejects
 * at once when the host is lost.
 */
export async function untilCri(
  socket: string,
  place: Place,
  condition: (cri: CriClient) => Promise<boolean>,
  wait: Omit<Wait, "isFinal" | "signal">,
): Promise<void> {
  let connection: Connection | undefined;
  const drop = (): void => {
    connection?.close();
    connection = undefined;
  };
  const poll = async (): Promise<boolean> => {
    connection ??= await connected(socket, place);
    return condition(connection.cri).catch((thrown) => {
      drop();
      throw thrown;
    });
  };
  const polled = (signal: AbortSignal) => until(poll, { ...wait, signal, isFinal: isHostLost });
  await unlessLost(place, polled).finally(drop);
}

type Connection = { readonly cri: CriClient; readonly close: () => void };

async function connected(socket: string, { host, signal }: Place): Promise<Connection> {
  const stream = await host.tunnel({ kind: "unix", path: socket }, signal);
  const cri = criClientOver(
    channelOver(() => {
      // a session on a stream that is over would wait for its deadline
      if (stream.destroyed) throw new Error(`the connection to ${socket} broke`);
      return stream;
    }),
  );
  const close = (): void => {
    cri.close();
    stream.destroy();
  };
  return { cri, close };
}
