import { controlPlaneInput } from "../../config/kubeadm/values/control-plane-node.ts";
import { proxyEnvironment } from "../../manifests/static-pod/environment.ts";
import type { StaticPodContext } from "../../manifests/static-pod/static-pod-context.ts";
import type { Target } from "../engine/phase.ts";
import { environmentOf } from "../host-settings/host-settings-context.ts";
import { type ClusterContext, nodeOf } from "./cluster-context.ts";

/** What the static pods of a control-plane host are rendered from. */
export async function staticPodContext(context: ClusterContext, target: Target): Promise<StaticPodContext> {
  const { input } = nodeOf(context, target);
  const { caFolders, pki } = await context.materials.of(target.host, input);
  return {
    ...controlPlaneInput(input),
    host: { caFolders, proxyEnv: proxyEnvironment(environmentOf(context, target)) },
    startupTimeout: input.init.timeouts.controlPlaneComponentHealthCheck,
    isCaExternal: !pki.some(({ path }) => path === `${input.cluster.certificatesDir}/ca.key`),
  };
}
