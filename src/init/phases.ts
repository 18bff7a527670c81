import { addons } from "../phases/addon.ts";
import { bootstrapToken } from "../phases/bootstrap-token.ts";
import { certs } from "../phases/certs.ts";
import type { ClusterContext } from "../phases/cluster/cluster-context.ts";
import { controlPlane } from "../phases/control-plane.ts";
import type { Phase } from "../phases/engine/phase.ts";
import { etcd } from "../phases/etcd.ts";
import { hostPhases } from "../phases/host-phases.ts";
import { kubeconfig } from "../phases/kubeconfig.ts";
import { kubeletFinalize } from "../phases/kubelet-finalize.ts";
import { kubeletStart } from "../phases/kubelet-start.ts";
import { markControlPlane } from "../phases/mark-control-plane.ts";
import { showJoinCommand } from "../phases/show-join-command.ts";
import { uploadCerts } from "../phases/upload-certs.ts";
import { uploadConfig } from "../phases/upload-config.ts";
import { waitControlPlane } from "../phases/wait-control-plane.ts";

/** What makes a prepared host the first control plane, under kubeadm's names and in its order. */
export const initPhases: readonly Phase<ClusterContext>[] = [
  certs,
  kubeconfig,
  etcd,
  controlPlane,
  kubeletStart,
  waitControlPlane,
  ...uploadConfig,
  uploadCerts,
  markControlPlane,
  bootstrapToken,
  kubeletFinalize,
  ...addons,
];

/** All of `init`: the host is made ready, then it becomes the first control plane. */
export const initWorkflow: readonly Phase<ClusterContext>[] = [...hostPhases, ...initPhases, showJoinCommand];
