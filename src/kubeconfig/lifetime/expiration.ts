import type { ExistingFiles } from "../../base/rendered-file.ts";
import { authorityExpirations, type Expiration, isExternal, leafExpirations } from "../../certs/lifetime/expiration.ts";
import type { ClusterConfiguration } from "../../config/kubeadm/cluster-configuration.ts";
import { kubernetesDir } from "../../config/kubeadm/constants.ts";
import { kubeconfigClient } from "../kubeconfig-client.ts";
import { renewableKubeconfigs } from "./renewal.ts";

export type ExpirationInfo = {
  readonly certificates: readonly Expiration[];
  readonly certificateAuthorities: readonly Expiration[];
};

/** What `certs check-expiration` tells: certificates and kubeconfigs alphabetically, then the authorities. */
export function expirationInfo(found: { cluster: ClusterConfiguration; existing: ExistingFiles }): ExpirationInfo {
  const kubeconfigs = renewableKubeconfigs.map((name) => ({
    name,
    notAfter: kubeconfigClient(found.existing.get(`${kubernetesDir}/${name}`) ?? "")?.notAfter,
    caName: "ca" as const,
    externallyManaged: isExternal(found, "ca"),
  }));
  return {
    certificates: [...leafExpirations(found), ...kubeconfigs].sort(byName),
    certificateAuthorities: [...authorityExpirations(found)].sort(byName),
  };
}

function byName(one: Expiration, other: Expiration): number {
  return one.name < other.name ? -1 : 1;
}
