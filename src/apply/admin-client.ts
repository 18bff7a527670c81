import { adminKubeconfig, kubernetesDir, ports } from "../config/kubeadm/constants.ts";
import type { Host } from "../hosts/host.ts";
import type { KubeClient } from "../kube/client.ts";
import { connectionFromKubeconfig } from "../kube/connection.ts";
import { createKubeClient } from "../kube/create-kube-client.ts";

/** A client with the host's own admin.conf, through the host. Rejects on a host that has none. */
export async function adminClientOf(host: Host): Promise<KubeClient> {
  const [result] = await host.batch([{ kind: "read", path: adminKubeconfig, want: "content" }]);
  const content = result?.kind === "read" && result.state.kind === "file" ? result.state.content : undefined;
  if (!content) throw new Error(`${adminKubeconfig} is not there: the host is no control plane yet`);
  const connection = connectionFromKubeconfig(Buffer.from(content).toString("utf8"), kubernetesDir);
  const { hostname, port } = new URL(connection.server);
  const target = {
    kind: "tcp",
    host: hostname.replace(/^\[|\]$/g, ""),
    port: Number(port || ports.apiServer),
  } as const;
  return createKubeClient({ ...connection, dial: () => host.tunnel(target) }, { requestWithinMs: 10_000 });
}
