import { messageOf, SlipwayError } from "../base/errors.ts";
import { type Document, readDocuments } from "../config/document.ts";
import { requireValid } from "../config/issue.ts";
import type { HostDefaults } from "../config/kubeadm/defaults/host-defaults.ts";
import { kubeadmDocument } from "../config/kubeadm/flags/init-flags.ts";
import type { JoinConfiguration } from "../config/kubeadm/join-configuration.ts";
import type { InitInput } from "../config/kubeadm/load/init-input.ts";
import { initOf } from "../config/kubeadm/load/load-init.ts";
import type { Host } from "../hosts/host.ts";
import { isReason } from "../kube/api-error.ts";
import type { KubeClient } from "../kube/client.ts";
import { createKubeClient } from "../kube/create-kube-client.ts";
import type { KubeObject } from "../kube/object.ts";
import { resources } from "../kube/resources.ts";
import type { ClusterTrust, JoinCredentials } from "../phases/cluster/join-source.ts";

type ConfigMap = KubeObject & { data?: Record<string, string> };

export type Joining = {
  readonly join: JoinConfiguration;
  readonly host: Host;
  readonly defaults: HostDefaults;
  readonly credentials: JoinCredentials;
};

/**
 * The configuration that the cluster keeps for those who join: kubeadm-config and kubelet-config, read with the
 * credentials of the join, completed by this host's own registration.
 */
export async function joiningConfiguration(
  trust: ClusterTrust,
  { join, host, defaults, credentials }: Joining,
): Promise<InitInput> {
  const client = joiningClient(trust, host, credentials);
  try {
    const [kubeadm, kubelet] = await Promise.all(
      ["kubeadm-config", "kubelet-config"].map((name) => configMap(client, name)),
    ).catch((thrown) => {
      throw unread(trust, thrown);
    });
    const documents = [
      ...documentsOf(kubeadm?.ClusterConfiguration, "kubeadm-config"),
      ...documentsOf(kubelet?.kubelet, "kubelet-config"),
      kubeadmDocument("InitConfiguration", { localAPIEndpoint: join.controlPlane?.localAPIEndpoint }),
    ];
    const input = requireValid(initOf(documents, defaults), "the configuration that the cluster keeps");
    const { nodeRegistration, timeouts, patches } = join;
    return { ...input, init: { ...input.init, nodeRegistration, timeouts, patches } };
  } finally {
    client.close();
  }
}

/** Speaks with the cluster to join from the host that joins. */
export function joiningClient({ server, ca }: ClusterTrust, host: Host, joining: JoinCredentials): KubeClient {
  const { hostname, port } = new URL(server);
  const dial = () => host.tunnel({ kind: "tcp", host: hostname.replace(/^\[|\]$/g, ""), port: Number(port || 443) });
  const credentials =
    joining.kind === "token"
      ? joining
      : ({ kind: "certificate", cert: joining.certificate, key: joining.privateKey } as const);
  return createKubeClient({ server, ca, credentials, dial });
}

function unread({ server }: ClusterTrust, thrown: unknown): SlipwayError {
  const isRefused = isReason(thrown, "Unauthorized", "Forbidden");
  return new SlipwayError(
    {
      code: "JOIN_CONFIG_UNREADABLE",
      exit: isRefused ? "clusterApi" : "connection",
      message: "the configuration that the cluster keeps for joining hosts can't be read",
      tried: `GET ${server}/api/v1/namespaces/kube-system/configmaps/{kubeadm-config,kubelet-config}`,
      got: messageOf(thrown),
      remedy: isRefused
        ? "make a new token with `slipway token create --print-join-command` on a control plane"
        : "see that the server that the cluster names is reachable from this host",
    },
    { cause: thrown },
  );
}

async function configMap(client: KubeClient, name: string): Promise<Record<string, string> | undefined> {
  return (await client.get<ConfigMap>(resources.configmaps, { name, namespace: "kube-system" })).data;
}

function documentsOf(text: string | undefined, source: string): readonly Document[] {
  return requireValid(readDocuments(text ?? ""), `ConfigMap kube-system/${source}`);
}
