import { addon } from "../phases/addon.ts";
import { bootstrapToken } from "../phases/bootstrap-token.ts";
import { certs } from "../phases/certs.ts";
import { controlPlane } from "../phases/control-plane.ts";
import { etcd } from "../phases/etcd.ts";
import { kubeconfig } from "../phases/kubeconfig.ts";
import { kubeletFinalize } from "../phases/kubelet-finalize.ts";
import { kubeletStart } from "../phases/kubelet-start.ts";
import { markControlPlane } from "../phases/mark-control-plane.ts";
import { uploadCerts } from "../phases/upload-certs.ts";
import { uploadConfig } from "../phases/upload-config.ts";
import { waitControlPlane } from "../phases/wait-control-plane.ts";

/** What makes a prepared host the first control plane, under kubeadm's names and in its order. */
export const initPhases = [
  certs,
  kubeconfig,
  etcd,
  controlPlane,
  kubeletStart,
  waitControlPlane,
  uploadConfig,
  uploadCerts,
  markControlPlane,
  bootstrapToken,
  kubeletFinalize,
  addon,
] as const;
