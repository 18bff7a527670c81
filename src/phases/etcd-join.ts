import { SlipwayError } from "../base/errors.ts";
import { patchPods } from "../manifests/patches/patched.ts";
import { etcdPeerUrl } from "../manifests/static-pod/etcd.ts";
import { type ClusterContext, isFurtherControlPlane, nodeOf } from "./cluster/cluster-context.ts";
import { isNewCluster } from "./cluster/first-control-plane.ts";
import { localPatches } from "./cluster/local-patches.ts";
import { replacedPods } from "./cluster/replaced-pods.ts";
import { staticPodContext } from "./cluster/static-pod-context.ts";
import type { Named, Phase, Target } from "./engine/phase.ts";
import type { Resource } from "./engine/resource.ts";
import type { MemberApi } from "./etcd/member-api.ts";
import { type Membership, membershipOf, ownMember } from "./etcd/membership.ts";
import { etcdResources } from "./etcd.ts";

/** The host as a member of the cluster's etcd, by its peer URL; a learner until it has caught up (app/phases/etcd/local.go). */
export const etcdMember: Phase<ClusterContext> = {
  id: "etcd-join/member",
  title: "List the host as a member of etcd",
  dependsOn: ["wait-control-plane"],
  appliesTo: isFurtherMember,
  cluster: async (context, target, mode) => {
    const { name, peerUrl } = self(context, target);
    const object = `EtcdMember/${name}`;
    if (mode === "plan" && (await isNewCluster(context))) return [{ object, action: "create" }];
    const membership = await membershipNow(context, target);
    if (membership.kind === "listed") return [];
    if (membership.kind === "removed") throw removed(target);
    if (mode === "apply") await list(context, target, { membership, peerUrl });
    return [{ object, action: membership.kind === "lost" ? "update" : "create" }];
  },
};

/** etcd's static pod where it does not run yet; done when the member votes, which lets the next learner in. */
export const etcdJoin: Phase<ClusterContext> = {
  id: "etcd-join/static-pod",
  title: "Write the static pod of etcd, which joins the other members",
  readsHost: true,
  appliesTo: isFurtherMember,
  resources: async (context, target) => ((await isRunning(context, target)) ? [] : memberResources(context, target)),
  wrote: ({ writtenPods }, { host }, written) => writtenPods.note(host.name, written),
  ready: async (context, target) => {
    await replacedPods(context, target);
    const membership = await membershipNow(context, target);
    if (membership.kind === "listed" && membership.isVoter) return;
    const { name, peerUrl } = self(context, target);
    await context.etcd.change(`${name} to vote in etcd`, (members) => isVoting(members, peerUrl), target);
  },
};

/** A member that starts again is away for a moment, and most of them must be there: those that run change one after the other. */
export const etcdSettings: Phase<ClusterContext> = {
  id: "etcd-join/settings",
  title: "Bring the static pod of etcd to its settings",
  readsHost: true,
  oneHostAtATime: true,
  toleratesUnreachable: true,
  appliesTo: isFurtherMember,
  resources: async (context, target) => ((await isRunning(context, target)) ? memberResources(context, target) : []),
  wrote: ({ writtenPods }, { host }, written) => writtenPods.note(host.name, written),
  ready: replacedPods,
};

/** As it was when the run first looked. */
async function isRunning(context: ClusterContext, target: Target): Promise<boolean> {
  const { hasEtcdData, hasEtcdManifest } = await context.materials.of(target.host, nodeOf(context, target).input);
  return hasEtcdData && hasEtcdManifest;
}

async function memberResources(context: ClusterContext, target: Target): Promise<readonly Resource[]> {
  const { input } = nodeOf(context, target);
  const pods = await staticPodContext(context, target);
  const { hasEtcdData, etcdMembers } = await context.materials.of(target.host, input);
  const own = self(context, target);
  const isGuess = target.mode === "plan" && (await isNewCluster(context));
  const initial = async () => (isGuess ? [own] : context.etcd.initial(own, target.signal));
  const patch = patchPods(await localPatches(input.init, target.report));
  return etcdResources(pods, hasEtcdData ? etcdMembers : await initial(), patch);
}

function isFurtherMember(context: ClusterContext, target: Named): boolean {
  return isFurtherControlPlane(context, target) && nodeOf(context, target).input.cluster.etcd.local !== undefined;
}

function self(context: ClusterContext, target: Named): { readonly name: string; readonly peerUrl: string } {
  const { nodeRegistration, localAPIEndpoint } = nodeOf(context, target).input.init;
  return { name: nodeRegistration.name, peerUrl: etcdPeerUrl(localAPIEndpoint.advertiseAddress) };
}

/** As it was when the run first looked. */
async function membershipNow(context: ClusterContext, target: Target): Promise<Membership> {
  const { hasEtcdData } = await context.materials.of(target.host, nodeOf(context, target).input);
  const { peerUrl } = self(context, target);
  return membershipOf(await context.etcd.found(target.signal), { peerUrl, hasData: hasEtcdData });
}

type Listing = { readonly membership: Membership; readonly peerUrl: string };

async function list(context: ClusterContext, target: Target, { membership, peerUrl }: Listing): Promise<void> {
  const lost = membership.kind === "lost" ? membership.id : undefined;
  await context.etcd.change(
    `etcd to list ${peerUrl}`,
    async (members) => {
      const now = ownMember(await members.list(), peerUrl);
      if (now && now.id !== lost) return true;
      if (now) await members.remove(now.id);
      await members.add(peerUrl);
      return true;
    },
    target,
  );
}

async function isVoting(members: MemberApi, peerUrl: string): Promise<boolean> {
  const own = ownMember(await members.list(), peerUrl);
  if (!own || own.name === "") return false;
  if (own.isLearner) await members.promote(own.id);
  return true;
}

function removed({ host }: Target): SlipwayError {
  return new SlipwayError({
    code: "ETCD_MEMBER_REMOVED",
    exit: "etcd",
    host: host.name,
    message: "this host has the data of an etcd member that the cluster does not list any more",
    tried: "to join it to etcd",
    got: "with such data etcd does not start",
    remedy: "take what is left off the host with `slipway reset` on it, then run this again",
  });
}
