import { type CriClient, criClientOver } from "../../kube/cri/client.ts";
import { channelOver } from "../../kube/grpc/channel.ts";
import type { Target } from "../engine/phase.ts";

/** Speaks CRI with the runtime on a host's socket; the connection ends with the work. */
export async function withCri<T>(
  socket: string,
  { host, signal }: Pick<Target, "host" | "signal">,
  work: (cri: CriClient) => Promise<T>,
): Promise<T> {
  const stream = await host.tunnel({ kind: "unix", path: socket }, signal);
  const client = criClientOver(channelOver(() => stream));
  try {
    return await work(client);
  } finally {
    client.close();
    stream.destroy();
  }
}
