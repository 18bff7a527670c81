import { certs } from "./certs.ts";
import { type ClusterContext, isFurtherControlPlane, nodeOf } from "./cluster/cluster-context.ts";
import { replacedPods } from "./cluster/replaced-pods.ts";
import { controlPlane } from "./control-plane.ts";
import type { Phase } from "./engine/phase.ts";
import { etcdJoin, etcdMember, etcdSettings } from "./etcd-join.ts";
import { kubeconfig } from "./kubeconfig.ts";
import { kubeletFinalize } from "./kubelet-finalize.ts";
import { kubeletStart } from "./kubelet-start.ts";
import { markControlPlane } from "./mark-control-plane.ts";

/** A phase of `init` on a control plane that joins, under a name of its own: it waits for the first one to be up. */
function joining(phase: Phase<ClusterContext>, id: string): Phase<ClusterContext> {
  return { ...phase, id, dependsOn: ["wait-control-plane"], appliesTo: isFurtherControlPlane };
}

/** The static pods come when etcd votes, so that no API server fails without it; and never on all hosts at once. */
const pods: Phase<ClusterContext> = {
  ...joining(controlPlane, "control-plane-join/control-plane"),
  readsHost: true,
  oneHostAtATime: true,
  toleratesUnreachable: true,
  ready: async (context, target) => {
    await replacedPods(context, target);
    const { host, signal } = target;
    await context.api.readyOn({ host, node: nodeOf(context, target) }, { signal });
  },
};

/** What makes a prepared host one more control plane: kubeadm's join, with the etcd member before what needs it. */
export const controlPlaneJoinPhases: readonly Phase<ClusterContext>[] = [
  { ...joining(certs, "control-plane-prepare/certs"), title: "Bring the certificates that control planes share" },
  joining(kubeconfig, "control-plane-prepare/kubeconfig"),
  joining(kubeletStart, "control-plane-join/kubelet-start"),
  etcdMember,
  etcdJoin,
  etcdSettings,
  pods,
  joining(markControlPlane, "control-plane-join/mark-control-plane"),
  joining(kubeletFinalize, "control-plane-join/kubelet-finalize"),
];
