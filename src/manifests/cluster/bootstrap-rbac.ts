import { nodeBootstrapTokenGroup, nodesGroup } from "../../config/kubeadm/constants.ts";
import type { KubeObject } from "../../kube/object.ts";
import { clusterRole, clusterRoleBinding, group, readOne, user } from "./rbac.ts";

const approver = "system:certificates.k8s.io:certificatesigningrequests";
const joining = [group(nodeBootstrapTokenGroup)];

/** What lets a host with a bootstrap token become a Node, its certificate renew itself, and the API server reach kubelets. */
export function bootstrapRbac(): readonly KubeObject[] {
  return [
    clusterRole("kubeadm:get-nodes", [{ apiGroups: [""], resources: ["nodes"], verbs: ["get"] }]),
    clusterRoleBinding("kubeadm:get-nodes", "kubeadm:get-nodes", joining),
    clusterRoleBinding("kubeadm:kubelet-bootstrap", "system:node-bootstrapper", joining),
    clusterRoleBinding("kubeadm:node-autoapprove-bootstrap", `${approver}:nodeclient`, joining),
    clusterRoleBinding("kubeadm:node-autoapprove-certificate-rotation", `${approver}:selfnodeclient`, [
      group(nodesGroup),
    ]),
    clusterRoleBinding("kubeadm:apiserver-kubelet-client", "system:kubelet-api-admin", [
      user("kube-apiserver-kubelet-client"),
    ]),
  ];
}

/** Who may read cluster-info: everybody, because a joining host has no identity yet. */
export function clusterInfoRbac(): readonly KubeObject[] {
  return readOne(
    "kubeadm:bootstrap-signer-clusterinfo",
    { namespace: "kube-public", resource: "configmaps", object: "cluster-info" },
    [user("system:anonymous")],
  );
}
