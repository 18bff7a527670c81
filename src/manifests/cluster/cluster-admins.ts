import { clusterAdminsGroup } from "../../config/kubeadm/constants.ts";
import type { KubeObject } from "../../kube/object.ts";
import { clusterRoleBinding, group } from "./rbac.ts";

/** What gives admin.conf its rights; made with super-admin.conf where admin.conf may not yet. */
export function clusterAdminsBinding(): KubeObject {
  return clusterRoleBinding(clusterAdminsGroup, "cluster-admin", [group(clusterAdminsGroup)]);
}
