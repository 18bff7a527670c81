import { SlipwayError } from "../../base/errors.ts";
import { pkiNames } from "../../certs/pki/pki.ts";
import type { ClusterConfiguration } from "../../config/kubeadm/cluster-configuration.ts";
import { kubeconfigProfiles } from "../../kubeconfig/profiles.ts";
import { controlPlaneComponentNames } from "../../manifests/static-pod/static-pod-files.ts";
import { noParts, type TreeParts } from "../../manifests/tree-parts.ts";

/** The phases of `init` that only write files, with their parts, by kubeadm's names; each has `all` besides. */
export const offlinePhases = {
  certs: [
    "ca",
    "apiserver",
    "apiserver-kubelet-client",
    "front-proxy-ca",
    "front-proxy-client",
    "etcd-ca",
    "etcd-server",
    "etcd-peer",
    "etcd-healthcheck-client",
    "apiserver-etcd-client",
    "sa",
  ],
  kubeconfig: kubeconfigProfiles.map(({ name }) => name),
  "control-plane": controlPlaneComponentNames,
  etcd: ["local"],
} as const satisfies Record<string, readonly string[]>;
export type OfflinePhase = keyof typeof offlinePhases;

/** What a phase and its part write. Throws UNKNOWN_PHASE for a part that the phase doesn't have. */
export function partsOf(phase: OfflinePhase, part: string, cluster: ClusterConfiguration): TreeParts {
  const chosen = <T extends string>(all: readonly T[]) => (part === "all" ? all : all.filter((name) => name === part));
  if (part !== "all" && !offlinePhases[phase].some((name) => name === part)) throw unknownPart(phase, part);
  switch (phase) {
    case "certs":
      return { ...noParts, certs: chosen(pkiNames(cluster)) };
    case "kubeconfig":
      return { ...noParts, kubeconfigs: chosen(kubeconfigProfiles.map(({ name }) => name)) };
    case "control-plane":
      return { ...noParts, controlPlane: chosen(controlPlaneComponentNames) };
    case "etcd":
      return { ...noParts, etcd: true };
    default:
      return phase satisfies never;
  }
}

function unknownPart(phase: OfflinePhase, part: string): SlipwayError {
  return new SlipwayError({
    code: "UNKNOWN_PHASE",
    exit: "usage",
    message: `the phase ${phase} has no part ${part}`,
    remedy: `say one of ${[...offlinePhases[phase], "all"].join(", ")}`,
  });
}
