import { nodeBootstrapTokenGroup } from "../../config/kubeadm/constants.ts";
import type { KubeObject } from "../../kube/object.ts";
import { tokenSecret } from "../../tokens/token-secret.ts";
import { group, readOne } from "./rbac.ts";

const namespace = "kube-system";
export const uploadedCertsName = "kubeadm-certs";

/** The token that only carries an expiry: it may neither sign nor authenticate, and takes kubeadm-certs with it after two hours. */
export function uploadedCertsTtlToken(token: string, now: Date): KubeObject {
  const ttlProxy = { token, description: "carries the expiry of the Secret kubeadm-certs", ttl: "2h0m0s" };
  return tokenSecret({ ...ttlProxy, expires: undefined, usages: [], groups: [] }, now);
}

/** Secret `kubeadm-certs` with sealed entries, owned by that token's Secret as the cluster stored it. */
export function uploadedCertsSecret(data: Readonly<Record<string, string>>, owner: KubeObject): KubeObject {
  const ownerReference = {
    apiVersion: "v1",
    kind: "Secret",
    name: owner.metadata.name ?? "",
    uid: owner.metadata.uid ?? "",
    controller: true,
    blockOwnerDeletion: true,
  };
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: uploadedCertsName, namespace, ownerReferences: [ownerReference] },
    type: "Opaque",
    data,
  };
}

/** Joining hosts may read it. */
export function uploadedCertsRbac(): readonly KubeObject[] {
  return readOne(`kubeadm:${uploadedCertsName}`, { namespace, resource: "secrets", object: uploadedCertsName }, [
    group(nodeBootstrapTokenGroup),
  ]);
}
