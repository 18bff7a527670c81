import { sharedFiles } from "../certs/shared/shared-material.ts";
import { type ClusterContext, isFirstControlPlane, nodeOf } from "./cluster/cluster-context.ts";
import { adminClient } from "./cluster/first-control-plane.ts";
import { textsOf } from "./cluster/texts-of.ts";
import { uploadCerts as upload } from "./cluster/uploaded-certs.ts";
import type { Phase } from "./engine/phase.ts";

/** Shares the certificates with further control planes, sealed with the certificate key; only when one was given. */
export const uploadCerts: Phase<ClusterContext> = {
  id: "upload-certs",
  title: "Share the certificates with further control planes, sealed",
  dependsOn: ["wait-control-plane"],
  appliesTo: (context, target) => context.certificateKey !== undefined && isFirstControlPlane(context, target),
  cluster: async (context, target, mode) => {
    const key = context.certificateKey;
    if (key === undefined) return [];
    if (mode === "plan") return [{ object: "Secret kube-system/kubeadm-certs", action: "create" }];
    const { cluster } = nodeOf(context, target).input;
    const files = await textsOf(
      target.host,
      sharedFiles(cluster).map(({ path }) => path),
    );
    return upload(await adminClient(context, target), { cluster, files, key, making: context.making() });
  },
};
