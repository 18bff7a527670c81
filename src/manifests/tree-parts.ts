import { type PkiName, pkiNames } from "../certs/pki/pki.ts";
import type { ClusterConfiguration } from "../config/kubeadm/cluster-configuration.ts";
import { type KubeconfigName, kubeconfigProfiles } from "../kubeconfig/profiles.ts";
import { type ControlPlaneComponentName, controlPlaneComponentNames } from "./static-pod/static-pod-files.ts";

/** Which parts of a control-plane host's tree to render; each is what one phase of kubeadm writes. */
export type TreeParts = {
  readonly certs: readonly PkiName[];
  readonly kubeconfigs: readonly KubeconfigName[];
  readonly controlPlane: readonly ControlPlaneComponentName[];
  readonly etcd: boolean;
  readonly kubelet: boolean;
};

export const noParts: TreeParts = { certs: [], kubeconfigs: [], controlPlane: [], etcd: false, kubelet: false };

/** All that `init` writes before the kubelet starts. */
export function allParts(cluster: Pick<ClusterConfiguration, "etcd">): TreeParts {
  return {
    certs: pkiNames(cluster),
    kubeconfigs: kubeconfigProfiles.map(({ name }) => name),
    controlPlane: controlPlaneComponentNames,
    etcd: true,
    kubelet: true,
  };
}
