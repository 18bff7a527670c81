import { readFile } from "node:fs/promises";
import { ClusterHosts } from "../../../src/apply/cluster-hosts.ts";
import { requireCluster } from "../../../src/config/cluster/parse-cluster.ts";
import { type CriClient, criClientOver } from "../../../src/kube/cri/client.ts";
import { channelOver } from "../../../src/kube/grpc/channel.ts";
import type { Lab } from "../../../src/lab/view.ts";
import { containerdSocket } from "../../../src/runtime/cri-socket.ts";

/** Speaks CRI with a lab host's runtime through SSH. */
export async function withCri<T>(
  lab: Lab,
  host: string,
  work: (cri: CriClient) => Promise<T>,
  socket = containerdSocket,
): Promise<T> {
  const file = requireCluster({ file: lab.clusterFile, text: await readFile(lab.clusterFile, "utf8"), env: {} });
  const hosts = new ClusterHosts(file.cluster, { home: lab.dir, env: {}, user: "root" }, [host]);
  try {
    const connected = await hosts.sources[0]?.connect();
    const stream = await connected?.tunnel({ kind: "unix", path: socket });
    if (!stream) throw new Error(`no tunnel to ${host}`);
    const cri = criClientOver(channelOver(() => stream));
    try {
      return await work(cri);
    } finally {
      cri.close();
    }
  } finally {
    await hosts.close();
  }
}
