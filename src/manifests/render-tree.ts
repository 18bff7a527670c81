import type { ExistingFiles, RenderedFile } from "../base/rendered-file.ts";
import { keyPool } from "../certs/key-pair.ts";
import type { Making } from "../certs/making.ts";
import { type PkiName, pkiFile, pkiNames, renderPki } from "../certs/pki.ts";
import { kubernetesDir } from "../config/kubeadm/constants.ts";
import { controlPlaneInput } from "../config/kubeadm/control-plane-node.ts";
import type { InitInput } from "../config/kubeadm/init-input.ts";
import { kubeconfigProfiles } from "../kubeconfig/profiles.ts";
import { renderKubeconfigs } from "../kubeconfig/render-kubeconfigs.ts";
import { kubeletFiles } from "./kubelet/kubelet-files.ts";
import { kubeletNode } from "./kubelet/kubelet-node.ts";
import type { ControlPlaneHost, StaticPodContext } from "./static-pod/static-pod-context.ts";
import {
  controlPlaneComponentNames,
  controlPlaneFile,
  etcdFile,
  type PatchPod,
} from "./static-pod/static-pod-files.ts";

export type TreeInput = {
  readonly config: InitInput;
  readonly host: ControlPlaneHost & { readonly hostname: string; readonly usesSystemdResolved: boolean };
  /** What stands on the host already: /etc/kubernetes with all below. */
  readonly existing: ExistingFiles;
  readonly now: Date;
  readonly random: (size: number) => Uint8Array;
  readonly patch?: PatchPod;
};

export type Tree = {
  /** Files to write; what stands already and is kept is not among them, manifests and kubelet files always are. */
  readonly files: readonly RenderedFile[];
  readonly kept: readonly string[];
  readonly warnings: readonly string[];
};

/**
 * Everything that `init` puts on its host before the kubelet starts: PKI, kubeconfigs, static pods and the kubelet's files.
 * Existing certificates and kubeconfigs are checked and kept; throws SlipwayError when one doesn't hold.
 */
export async function renderTree({ config, host, existing, patch, now, random }: TreeInput): Promise<Tree> {
  const input = controlPlaneInput(config);
  const algorithm = config.cluster.encryptionAlgorithm;
  const making: Making = { now, random, newKeyPair: keyPool(algorithm, keysToMake(config, existing)) };
  const pki = await renderPki(input, existing, making);
  const authority = pki.authorities.get("ca");
  if (!authority) throw new TypeError("a PKI without its authority");
  const kubeconfigs = await renderKubeconfigs(input, { authority, existing, making });
  const context: StaticPodContext = {
    ...input,
    host,
    startupTimeout: config.init.timeouts.controlPlaneComponentHealthCheck,
    isCaExternal: authority.privateKey === undefined,
  };
  const etcd = etcdFile(context, [], patch);
  return {
    files: [
      ...pki.files,
      ...kubeconfigs.files,
      ...(etcd ? [etcd] : []),
      ...controlPlaneComponentNames.map((name) => controlPlaneFile(name, context, patch)),
      ...kubeletFiles({
        kubelet: config.kubelet,
        node: kubeletNode(config.init.nodeRegistration, host.hostname, config.cluster.featureGates),
        usesSystemdResolved: host.usesSystemdResolved,
      }),
    ],
    kept: [...pki.kept, ...kubeconfigs.kept],
    warnings: kubeconfigs.warnings,
  };
}

/** How many key pairs are missing, so that all can be started at once. */
function keysToMake({ cluster }: InitInput, existing: ExistingFiles): number {
  const lacksKey = (name: PkiName) => {
    const base = `${cluster.certificatesDir}/${pkiFile(name)}`;
    return !existing.has(`${base}.key`) && !existing.has(`${base}.crt`);
  };
  const kubeconfigs = kubeconfigProfiles.filter(({ file }) => !existing.has(`${kubernetesDir}/${file}`));
  return pkiNames({ cluster }).filter(lacksKey).length + kubeconfigs.length;
}
