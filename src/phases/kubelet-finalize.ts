import { kubernetesDir } from "../config/kubeadm/constants.ts";
import type { Host } from "../hosts/host.ts";
import type { Op } from "../hosts/op.ts";
import { kubeconfigText, parseKubeconfig } from "../kubeconfig/kubeconfig.ts";
import { type ClusterContext, isFirstControlPlane, nodeOf } from "./cluster/cluster-context.ts";
import { rotatedCertificate } from "./cluster/found-credentials.ts";
import type { Phase } from "./engine/phase.ts";
import { file } from "./engine/resources/file.ts";

const kubeletConf = `${kubernetesDir}/kubelet.conf`;

const findRotated: Op = { kind: "read", path: rotatedCertificate, want: "stat" };

/** Points a control plane's kubelet.conf at the certificate that its kubelet rotates, once there is one. */
export const kubeletFinalize: Phase<ClusterContext> = {
  id: "kubelet-finalize",
  title: "Let the kubelet renew its own certificate",
  dependsOn: ["kubelet-start"],
  appliesTo: isFirstControlPlane,
  reads: () => [findRotated],
  resources: async (context, target) => {
    const { input } = nodeOf(context, target);
    const { hasRotatedCertificate } = await context.materials.of(target.host, input);
    // what was read at the start is old news for a kubelet that was started since
    if (!hasRotatedCertificate && !(await isRotated(target.host))) return [];
    const content = withRotatedCertificate(await context.materials.file(target.host, input, kubeletConf));
    return [file(kubeletConf, { content, mode: 0o600, secret: true })];
  },
};

async function isRotated(host: Host): Promise<boolean> {
  const [found] = await host.batch([findRotated]);
  return found?.kind === "read" && found.state.kind !== "absent";
}

/** The same kubeconfig with every user's certificate and key in the file that the kubelet keeps up to date. */
export function withRotatedCertificate(text: string): string {
  const config = parseKubeconfig(text);
  if (!config) return text;
  const user = { "client-certificate": rotatedCertificate, "client-key": rotatedCertificate };
  return kubeconfigText({ ...config, users: (config.users ?? []).map(({ name }) => ({ name, user })) });
}
