import { type Document, readDocuments } from "../config/document.ts";
import { requireValid } from "../config/issue.ts";
import type { HostDefaults } from "../config/kubeadm/defaults/host-defaults.ts";
import { kubeadmDocument } from "../config/kubeadm/flags/init-flags.ts";
import type { JoinConfiguration } from "../config/kubeadm/join-configuration.ts";
import type { InitInput } from "../config/kubeadm/load/init-input.ts";
import { initOf } from "../config/kubeadm/load/load-init.ts";
import type { Host } from "../hosts/host.ts";
import type { KubeClient } from "../kube/client.ts";
import { createKubeClient } from "../kube/create-kube-client.ts";
import type { KubeObject } from "../kube/object.ts";
import { resources } from "../kube/resources.ts";
import type { ClusterTrust } from "../phases/cluster/join-source.ts";

type ConfigMap = KubeObject & { data?: Record<string, string> };

/**
 * The configuration that the cluster keeps for those who join: kubeadm-config and kubelet-config, read with the bootstrap
 * token, completed by this host's own registration.
 */
export async function joiningConfiguration(
  trust: ClusterTrust,
  { join, host, defaults }: { join: JoinConfiguration; host: Host; defaults: HostDefaults },
): Promise<InitInput> {
  const client = tokenClient(trust, { host, token: join.discovery.tlsBootstrapToken });
  try {
    const [kubeadm, kubelet] = await Promise.all(
      ["kubeadm-config", "kubelet-config"].map((name) => configMap(client, name)),
    );
    const documents = [
      ...documentsOf(kubeadm?.ClusterConfiguration, "kubeadm-config"),
      ...documentsOf(kubelet?.kubelet, "kubelet-config"),
      kubeadmDocument("InitConfiguration", {}),
    ];
    const input = requireValid(initOf(documents, defaults), "the configuration that the cluster keeps");
    const { nodeRegistration, timeouts, patches } = join;
    return { ...input, init: { ...input.init, nodeRegistration, timeouts, patches } };
  } finally {
    client.close();
  }
}

function tokenClient({ server, ca }: ClusterTrust, { host, token }: { host: Host; token: string }): KubeClient {
  const { hostname, port } = new URL(server);
  const dial = () => host.tunnel({ kind: "tcp", host: hostname.replace(/^\[|\]$/g, ""), port: Number(port || 443) });
  return createKubeClient({ server, ca, credentials: { kind: "token", token }, dial });
}

async function configMap(client: KubeClient, name: string): Promise<Record<string, string> | undefined> {
  return (await client.get<ConfigMap>(resources.configmaps, { name, namespace: "kube-system" })).data;
}

function documentsOf(text: string | undefined, source: string): readonly Document[] {
  return requireValid(readDocuments(text ?? ""), `ConfigMap kube-system/${source}`);
}
