import { parseDuration } from "../../base/duration.ts";
import { messageOf, SlipwayError } from "../../base/errors.ts";
import { until } from "../../base/until.ts";
import type { Host } from "../../hosts/host.ts";
import { isHostLost, lostHost } from "../../hosts/lost-host.ts";
import { unlessLost } from "../../hosts/unless-lost.ts";
import type { KubeClient } from "../../kube/client.ts";
import { resources } from "../../kube/resources.ts";
import { etcdUrlsAnnotation } from "../../manifests/static-pod/etcd.ts";
import type { EtcdMember } from "../../manifests/static-pod/joined-etcd-members.ts";
import { type EtcdCredentials, type ListedMember, MemberApi } from "../etcd/member-api.ts";
import { initialMembers } from "../etcd/membership.ts";
import type { ClusterApi } from "./cluster-api.ts";
import type { HostMaterials } from "./host-materials.ts";
import type { NodeWish } from "./node-wish.ts";

type Place = { readonly host: Host; readonly signal: AbortSignal };

type First = { readonly host: Host; readonly node: NodeWish };

/** The cluster's own etcd, as a run works on its members: through a host that has credentials for it. */
export class ClusterEtcd {
  readonly #first: () => Promise<First>;
  readonly #materials: HostMaterials;
  readonly #api: ClusterApi;
  #connection: Promise<MemberApi> | undefined;
  #found: Promise<readonly ListedMember[]> | undefined;
  readonly #initial = new Map<string, Promise<readonly EtcdMember[]>>();

  constructor(parts: { first: () => Promise<First>; materials: HostMaterials; api: ClusterApi }) {
    this.#first = parts.first;
    this.#materials = parts.materials;
    this.#api = parts.api;
  }

  /** The members as this run found them. */
  found(signal: AbortSignal): Promise<readonly ListedMember[]> {
    this.#found ??= this.#connected(signal).then((members) => members.list());
    return this.#found;
  }

  /** With whom a member starts for the first time: asked once a run, since others may come meanwhile. */
  initial(own: EtcdMember, signal: AbortSignal): Promise<readonly EtcdMember[]> {
    const asked =
      this.#initial.get(own.name) ??
      this.#connected(signal).then(async (members) => initialMembers(await members.list(), own));
    this.#initial.set(own.name, asked);
    return asked;
  }

  /**
   * Works on the members until it succeeds: etcd takes one learner at a time, none while a member is away, and promotes
   * one when it has caught up. Throws ETCD_MEMBERS_UNCHANGED; when the host that it is for is lost, that host's error at once.
   */
  async change<T>(what: string, work: (members: MemberApi) => Promise<T | false>, place: Place): Promise<T> {
    const members = await this.#connected(place.signal);
    const { node } = await this.#first();
    const withinMs = parseDuration(node.input.init.timeouts.etcdAPICall) ?? 120_000;
    const wait = { for: what, withinMs, everyMs: 300, isFinal: isHostLost };
    try {
      return await unlessLost(place, (signal) => until(() => work(members), { ...wait, signal }));
    } catch (thrown) {
      place.signal.throwIfAborted();
      throw lostHost(thrown) ?? unchanged(what, thrown);
    }
  }

  async close(): Promise<void> {
    await this.#connection?.then(
      (members) => members.close(),
      () => {},
    );
  }

  #connected(signal: AbortSignal): Promise<MemberApi> {
    this.#connection ??= this.#connect(signal);
    return this.#connection;
  }

  /** Members tell their addresses by an annotation of their pods (app/util/etcd); the first that answers will do. */
  async #connect(signal: AbortSignal): Promise<MemberApi> {
    const first = await this.#first();
    const { host, node } = first;
    const pki = `${node.input.cluster.certificatesDir}/etcd`;
    const paths = ["ca.crt", "healthcheck-client.crt", "healthcheck-client.key"].map((file) => `${pki}/${file}`);
    const [ca = "", cert = "", key = ""] = await Promise.all(
      paths.map((path) => this.#materials.file(host, node.input, path)),
    );
    await this.#api.ready(first, { signal });
    const client = await this.#api.client(first);
    const withinMs = parseDuration(node.input.init.timeouts.etcdAPICall) ?? 120_000;
    const what = "a member of etcd to answer";
    return until(() => answering(client, first, { ca, cert, key }), {
      for: what,
      withinMs,
      everyMs: 500,
      signal,
      isFinal: isHostLost,
    }).catch((thrown) => {
      signal.throwIfAborted();
      throw lostHost(thrown) ?? unchanged(what, thrown);
    });
  }
}

async function answering(
  client: KubeClient,
  { host, node }: First,
  credentials: EtcdCredentials,
): Promise<MemberApi | undefined> {
  const own = node.input.init.localAPIEndpoint.advertiseAddress;
  let last: unknown;
  for (const address of await memberAddresses(client, own)) {
    const members = new MemberApi(host, address, credentials);
    try {
      await members.list();
      return members;
    } catch (thrown) {
      members.close();
      last = thrown;
    }
  }
  if (last !== undefined) throw last;
  return undefined;
}

/** `own` comes first: other hosts may be down, which is told by a time-out only. */
async function memberAddresses(client: KubeClient, own: string): Promise<string[]> {
  const { items } = await client.list(resources.pods, { namespace: "kube-system", labelSelector: "component=etcd" });
  const all = items.flatMap(({ metadata }) => {
    const [url = ""] = (metadata.annotations?.[etcdUrlsAnnotation] ?? "").split(",");
    return URL.canParse(url) ? [new URL(url).hostname.replace(/^\[|\]$/g, "")] : [];
  });
  return all.sort((a, b) => Number(b === own) - Number(a === own));
}

function unchanged(what: string, thrown: unknown): SlipwayError {
  return new SlipwayError(
    {
      code: "ETCD_MEMBERS_UNCHANGED",
      exit: "etcd",
      message: `waiting for ${what} came to nothing`,
      tried: "etcd's member API, /v3/cluster/member",
      got: messageOf(thrown),
      remedy: "see that most members run: the logs of the etcd pods in kube-system, and `slipway status`",
    },
    { cause: thrown },
  );
}
