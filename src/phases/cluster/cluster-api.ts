import { kubernetesDir } from "../../config/kubeadm/constants.ts";
import type { Host } from "../../hosts/host.ts";
import type { KubeClient } from "../../kube/client.ts";
import { connectionFromKubeconfig } from "../../kube/connection.ts";
import { createKubeClient } from "../../kube/create-kube-client.ts";
import { awaitApiServer, type Waiting } from "./await-api-server.ts";
import type { HostMaterials } from "./host-materials.ts";
import type { NodeWish } from "./node-wish.ts";

/** Who asks: admin.conf's user needs a binding that only super-admin.conf's can make, where there still is one. */
export type Identity = "admin" | "super-admin";

type First = { readonly host: Host; readonly node: NodeWish };

/** Where an API server listens, as seen from the host that a run works through. */
export type ApiAddress = { readonly host: string; readonly port: number };

/**
 * The cluster's API server through the first control plane's tunnel: what no operator's machine can reach directly, a
 * host can. One connection per identity and run.
 */
export class ClusterApi {
  readonly #materials: HostMaterials;
  readonly #address: ApiAddress | undefined;
  readonly #clients = new Map<Identity, Promise<KubeClient>>();
  #isReady: Promise<void> | undefined;

  /** `address` is where the cluster is for a host that joins it; the first control plane's own unless given. */
  constructor(materials: HostMaterials, address?: ApiAddress) {
    this.#materials = materials;
    this.#address = address;
  }

  client(first: First, identity: Identity = "admin"): Promise<KubeClient> {
    const client = this.#clients.get(identity) ?? this.#connect(first, { identity, address: this.#address });
    this.#clients.set(identity, client);
    return client;
  }

  /** Waits once a run until the API server says that it is ready. */
  ready(first: First, waiting: Waiting): Promise<void> {
    this.#isReady ??= this.client(first, "super-admin").then((client) => awaitApiServer(client, first, waiting));
    return this.#isReady;
  }

  /** Waits until the API server of a host itself is ready, wherever the cluster's is. */
  async readyOn(place: First, waiting: Waiting): Promise<void> {
    const client = await this.#connect(place, { identity: "admin", address: undefined });
    await awaitApiServer(client, place, waiting).finally(() => client.close());
  }

  async close(): Promise<void> {
    const clients = await Promise.allSettled(this.#clients.values());
    for (const client of clients) if (client.status === "fulfilled") client.value.close();
  }

  async #connect(
    { host, node }: First,
    { identity, address }: { identity: Identity; address: ApiAddress | undefined },
  ): Promise<KubeClient> {
    const text = async (name: Identity) => this.#materials.find(host, node.input, `${kubernetesDir}/${name}.conf`);
    const kubeconfig = (await text(identity)) ?? (await text("admin"));
    if (kubeconfig === undefined) throw new Error(`no admin.conf is among the credentials of ${host.name}`);
    const { advertiseAddress, bindPort } = node.input.init.localAPIEndpoint;
    const { host: name, port } = address ?? { host: advertiseAddress, port: bindPort };
    const dial = () => host.tunnel({ kind: "tcp", host: name, port });
    return createKubeClient({ ...connectionFromKubeconfig(kubeconfig, kubernetesDir), dial });
  }
}
