import { type ClusterContext, isFirstControlPlane, nodeOf } from "./cluster/cluster-context.ts";
import { credentialReads } from "./cluster/found-credentials.ts";
import type { Phase } from "./engine/phase.ts";
import { file } from "./engine/resources/file.ts";

/** kubeadm's PKI on a control-plane host: what stands there is checked and kept, what is missing is made in memory. */
export const certs: Phase<ClusterContext> = {
  id: "certs",
  title: "Make the cluster's certificates",
  appliesTo: isFirstControlPlane,
  reads: (context, target) => credentialReads(nodeOf(context, target).input),
  resources: async (context, target) => {
    const { pki } = await context.materials.of(target.host, nodeOf(context, target).input);
    return pki.map(({ path, content, mode }) => file(path, { content, mode, secret: true }));
  },
};
