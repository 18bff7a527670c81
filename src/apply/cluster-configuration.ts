import { kubeadmDocuments } from "../config/cluster/kubeadm-documents.ts";
import type { ClusterFile } from "../config/cluster/parse-cluster.ts";
import { requireValid } from "../config/issue.ts";
import type { ClusterConfiguration } from "../config/kubeadm/cluster-configuration.ts";
import { initOf } from "../config/kubeadm/load/load-init.ts";

/** Stand in for a host's own, which no field of a ClusterConfiguration depends on; the address is documentation's (RFC 5737). */
const anyHost = { hostname: "host", advertiseAddress: "192.0.2.1", newToken: () => "abcdef.0123456789abcdef" };

/** What a cluster file says of the cluster as a whole. Throws CONFIG_INVALID. */
export function clusterConfigurationOf(file: ClusterFile): ClusterConfiguration {
  return requireValid(initOf(kubeadmDocuments(file), anyHost), file.file).cluster;
}
