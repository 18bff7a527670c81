import { controlPlaneInput } from "../config/kubeadm/values/control-plane-node.ts";
import { clusterServerUrl } from "../kubeconfig/server-url.ts";
import { bootstrapRbac, clusterInfoRbac } from "../manifests/cluster/bootstrap-rbac.ts";
import { clusterInfo, clusterInfoKubeconfig } from "../tokens/cluster-info.ts";
import { tokenSecret } from "../tokens/token-secret.ts";
import { type ClusterContext, isFirstControlPlane, nodeOf } from "./cluster/cluster-context.ts";
import { convergeOnCluster } from "./cluster/converge-on-cluster.ts";
import type { Phase } from "./engine/phase.ts";

/** What hosts need in order to join: cluster-info, and the rights that a bootstrap token brings. */
export const bootstrapToken: Phase<ClusterContext> = {
  id: "bootstrap-token",
  title: "Let hosts with a bootstrap token join",
  dependsOn: ["wait-control-plane"],
  appliesTo: isFirstControlPlane,
  cluster: async (context, target, mode) => {
    const { input } = nodeOf(context, target);
    const ca = await context.materials.file(target.host, input, `${input.cluster.certificatesDir}/ca.crt`);
    const server = clusterServerUrl(controlPlaneInput(input));
    const info = clusterInfo(clusterInfoKubeconfig({ server, ca }));
    const tokens = context.bootstrapTokens.map((token) => tokenSecret(token, context.making().now));
    const objects = [...tokens, ...bootstrapRbac(), info, ...clusterInfoRbac()];
    return convergeOnCluster(context, target, { mode, objects });
  },
};
