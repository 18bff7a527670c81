import type { EtcdMember } from "../../manifests/static-pod/joined-etcd-members.ts";
import type { ListedMember } from "./member-api.ts";

/** How a host stands in the etcd cluster that it should be a member of. */
export type Membership =
  /** Nobody knows it. */
  | { readonly kind: "unlisted" }
  /** It is listed and can go on: with its data, or before its first start. */
  | { readonly kind: "listed"; readonly isVoter: boolean; readonly id: string }
  /** It is listed as one that has run, and its data is gone: it must be listed anew. */
  | { readonly kind: "lost"; readonly id: string }
  /** It has data of a member that was removed, with which etcd would not start. */
  | { readonly kind: "removed" };

export function membershipOf(
  members: readonly ListedMember[],
  { peerUrl, hasData }: { readonly peerUrl: string; readonly hasData: boolean },
): Membership {
  const own = ownMember(members, peerUrl);
  if (!own) return hasData ? { kind: "removed" } : { kind: "unlisted" };
  if (own.name !== "" && !hasData) return { kind: "lost", id: own.id };
  return { kind: "listed", isVoter: own.name !== "" && !own.isLearner, id: own.id };
}

export function ownMember(members: readonly ListedMember[], peerUrl: string): ListedMember | undefined {
  return members.find(({ peerUrls }) => peerUrls.includes(peerUrl));
}

/** What a member's first start needs to know of all, itself included; one that has not started yet goes by its id (kubeadm). */
export function initialMembers(members: readonly ListedMember[], own: EtcdMember): readonly EtcdMember[] {
  const others = members.flatMap(({ id, name, peerUrls }) => {
    const [peerUrl] = peerUrls;
    if (peerUrl === undefined || peerUrls.includes(own.peerUrl)) return [];
    return [{ name: name || BigInt(id).toString(16), peerUrl }];
  });
  return [...others, own].sort((a, b) => a.name.localeCompare(b.name, "en"));
}
