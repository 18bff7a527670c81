import { messageOf } from "../../base/errors.ts";
import { until } from "../../base/until.ts";
import type { Host } from "../../hosts/host.ts";
import { isHostLost } from "../../hosts/lost-host.ts";
import { textsOf } from "../cluster/texts-of.ts";
import type { ClusterChange, Mode, Phase, Target } from "../engine/phase.ts";
import { MemberApi } from "../etcd/member-api.ts";
import { ownMember } from "../etcd/membership.ts";
import { type LocalMember, localControlPlane } from "./local-control-plane.ts";

/** An election may be under way, since another member was removed a moment ago. */
const withinMs = 20_000;

/**
 * Takes a control plane's etcd out of the members, as kubeadm does: one that is switched off and stays listed counts against the
 * quorum. One host after the other, so that those that remain can agree. Where etcd does not answer, it is told and the
 * rest of the reset goes on.
 */
export const removeEtcdMember: Phase<unknown> = {
  id: "remove-etcd-member",
  title: "Take the host out of etcd's members",
  oneHostAtATime: true,
  toleratesUnreachable: true,
  appliesTo: () => true,
  cluster: async (_, target, mode) => {
    const { etcd } = await localControlPlane(target.host);
    const members = etcd && (await localMembers(target.host, etcd));
    if (!etcd || !members) return [];
    try {
      return await removed(members, etcd, { target, mode });
    } catch (thrown) {
      target.signal.throwIfAborted();
      if (isHostLost(thrown)) throw thrown;
      target.report(`etcd does not let its member ${etcd.name} go: ${messageOf(thrown)}`);
      return [];
    } finally {
      members.close();
    }
  },
};

/** Through the host's own etcd; undefined where its credentials are gone. */
async function localMembers(host: Host, { pki }: LocalMember): Promise<MemberApi | undefined> {
  const paths = ["ca.crt", "healthcheck-client.crt", "healthcheck-client.key"].map((file) => `${pki}/${file}`);
  const texts = await textsOf(host, paths);
  const [ca, cert, key] = paths.map((path) => texts.get(path));
  return ca && cert && key ? new MemberApi(host, "127.0.0.1", { ca, cert, key }) : undefined;
}

async function removed(
  members: MemberApi,
  { name, peerUrl }: LocalMember,
  { target, mode }: { target: Target; mode: Mode },
): Promise<readonly ClusterChange[]> {
  const all = await members.list();
  const own = ownMember(all, peerUrl);
  // the last one takes the whole etcd with it
  if (!own || all.length === 1) return [];
  const remove = () => members.remove(own.id).then(() => true);
  const wait = { for: `etcd to forget ${name}`, withinMs, everyMs: 500, signal: target.signal, isFinal: isHostLost };
  if (mode === "apply") await until(remove, wait);
  return [{ object: `EtcdMember/${name}`, action: "delete" }];
}
