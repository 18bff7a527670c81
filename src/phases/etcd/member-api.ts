import { hostPort } from "../../base/ip-address.ts";
import { ports } from "../../config/kubeadm/constants.ts";
import type { Host } from "../../hosts/host.ts";
import type { KubeClient } from "../../kube/client.ts";
import { createKubeClient } from "../../kube/create-kube-client.ts";

/** A member as etcd lists it. */
export type ListedMember = {
  /** Decimal: it has 64 bits. */
  readonly id: string;
  /** Empty until the member has started for the first time. */
  readonly name: string;
  readonly peerUrls: readonly string[];
  /** It receives everything and votes on nothing, until it is promoted. */
  readonly isLearner: boolean;
};

/** PEM. */
export type EtcdCredentials = { readonly ca: string; readonly cert: string; readonly key: string };

type Wire = { readonly ID: string; readonly name?: string; readonly peerURLs?: string[]; readonly isLearner?: boolean };

/** Who belongs to an etcd cluster: its Cluster service, as every member serves it in JSON beside gRPC (etcd's rpc.proto). */
export class MemberApi {
  readonly #client: KubeClient;

  /** `address` is a member's, as seen from `host`. */
  constructor(host: Host, address: string, { ca, cert, key }: EtcdCredentials) {
    const server = `https://${hostPort(address, ports.etcdClient)}`;
    const credentials = { kind: "certificate", cert, key } as const;
    const dial = () => host.tunnel({ kind: "tcp", host: address, port: ports.etcdClient });
    this.#client = createKubeClient({ server, ca, credentials, dial }, { requestWithinMs: 10_000 });
  }

  async list(): Promise<readonly ListedMember[]> {
    const { members = [] } = await this.#ask("list", {});
    return members.map(({ ID, name = "", peerURLs = [], isLearner = false }) => ({
      id: ID,
      name,
      peerUrls: peerURLs,
      isLearner,
    }));
  }

  /** Adds a learner, so that the others keep their quorum until it has caught up. */
  async add(peerUrl: string): Promise<void> {
    await this.#ask("add", { peerURLs: [peerUrl], isLearner: true });
  }

  /** Makes a learner a voter; refused until it has caught up. */
  async promote(id: string): Promise<void> {
    await this.#ask("promote", { ID: id });
  }

  async remove(id: string): Promise<void> {
    await this.#ask("remove", { ID: id });
  }

  close(): void {
    this.#client.close();
  }

  async #ask(what: string, body: unknown): Promise<{ members?: Wire[] }> {
    const path = `/v3/cluster/member/${what}`;
    const response = await this.#client.request({ method: "POST", path, body });
    return JSON.parse(response.body.toString()) as { members?: Wire[] };
  }
}
