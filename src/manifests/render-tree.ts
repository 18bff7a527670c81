import type { ExistingFiles, RenderedFile } from "../base/rendered-file.ts";
import { keyPool } from "../certs/key-pair.ts";
import { isExternal } from "../certs/lifetime/expiration.ts";
import { existingAuthority, type FoundAuthority } from "../certs/pki/existing-material.ts";
import type { Making } from "../certs/pki/making.ts";
import { type Pki, pkiFile, renderPki } from "../certs/pki/pki.ts";
import { pkiError } from "../certs/pki/pki-error.ts";
import { kubernetesDir } from "../config/kubeadm/constants.ts";
import type { InitInput } from "../config/kubeadm/load/init-input.ts";
import { controlPlaneInput } from "../config/kubeadm/values/control-plane-node.ts";
import { keyAlgorithm } from "../config/kubeadm/values/key-algorithm.ts";
import { kubeconfigProfiles } from "../kubeconfig/profiles.ts";
import { type Kubeconfigs, renderKubeconfigs } from "../kubeconfig/render-kubeconfigs.ts";
import { kubeletFiles } from "./kubelet/kubelet-files.ts";
import { kubeletNode } from "./kubelet/kubelet-node.ts";
import type { ControlPlaneHost, StaticPodContext } from "./static-pod/static-pod-context.ts";
import { controlPlaneFile, etcdFile, type PatchPod } from "./static-pod/static-pod-files.ts";
import { allParts, type TreeParts } from "./tree-parts.ts";

export type TreeInput = {
  readonly config: InitInput;
  readonly host: ControlPlaneHost & { readonly hostname: string; readonly usesSystemdResolved: boolean };
  /** What stands on the host already: /etc/kubernetes with all below. */
  readonly existing: ExistingFiles;
  readonly now: Date;
  readonly random: (size: number) => Uint8Array;
  readonly patch?: PatchPod;
  /** All of them unless given. */
  readonly parts?: TreeParts;
};

export type Tree = {
  /** Files to write; what stands already and is kept is not among them, manifests and kubelet files always are. */
  readonly files: readonly RenderedFile[];
  readonly kept: readonly string[];
  readonly warnings: readonly string[];
};

/**
 * What `init` puts on its host before the kubelet starts: PKI, kubeconfigs, static pods and the kubelet's files. Existing
 * certificates and kubeconfigs are checked and kept; throws SlipwayError when one doesn't hold.
 */
export async function renderTree(given: TreeInput): Promise<Tree> {
  const { config, existing, now, random } = given;
  const parts = given.parts ?? allParts(config.cluster);
  const newKeyPair = keyPool(keyAlgorithm(config.cluster), keysToMake(parts, given));
  const making: Making = { now, random, newKeyPair };
  const pki = await renderPki(controlPlaneInput(config), existing, making, parts.certs);
  const kubeconfigs = await treeKubeconfigs(parts, given, { making, pki });
  return {
    files: [...pki.files, ...kubeconfigs.files, ...staticPods(parts, given), ...(parts.kubelet ? kubelet(given) : [])],
    kept: [...pki.kept, ...kubeconfigs.kept],
    warnings: kubeconfigs.warnings,
  };
}

async function treeKubeconfigs(
  { kubeconfigs: only }: TreeParts,
  { config, existing, now }: TreeInput,
  { making, pki }: { making: Making; pki: Pki },
): Promise<Kubeconfigs> {
  if (only.length === 0) return { files: [], kept: [], warnings: [] };
  const path = `${config.cluster.certificatesDir}/ca`;
  const authority: FoundAuthority | undefined = pki.authorities.get("ca") ?? existingAuthority(existing, path, now);
  if (!authority) {
    const remedy = "run `init phase certs ca` first";
    throw pkiError("CA_MISSING", {
      path: `${path}.crt`,
      message: "is missing, and kubeconfigs are signed by it",
      remedy,
    });
  }
  return renderKubeconfigs(controlPlaneInput(config), { authority, existing, making, only });
}

function staticPods({ etcd, controlPlane }: TreeParts, { config, host, existing, patch }: TreeInput): RenderedFile[] {
  const context: StaticPodContext = {
    ...controlPlaneInput(config),
    host,
    startupTimeout: config.init.timeouts.controlPlaneComponentHealthCheck,
    isCaExternal: isExternal({ cluster: config.cluster, existing }, "ca"),
  };
  const etcdManifest = etcd ? etcdFile(context, [], patch) : undefined;
  return [
    ...(etcdManifest ? [etcdManifest] : []),
    ...controlPlane.map((name) => controlPlaneFile(name, context, patch)),
  ];
}

function kubelet({ config, host }: TreeInput): readonly RenderedFile[] {
  const { nodeRegistration } = config.init;
  return kubeletFiles({
    kubelet: config.kubelet,
    node: kubeletNode(nodeRegistration, host.hostname, config.cluster.featureGates),
    usesSystemdResolved: host.usesSystemdResolved,
  });
}

/** How many key pairs are missing, so that all can be started at once. */
function keysToMake({ certs, kubeconfigs }: TreeParts, { config, existing }: TreeInput): number {
  const missingCerts = certs.filter((name) => {
    const base = `${config.cluster.certificatesDir}/${pkiFile(name)}`;
    return !existing.has(`${base}.key`) && !existing.has(`${base}.crt`);
  });
  const missingKubeconfigs = kubeconfigProfiles.filter(
    ({ name, file }) => kubeconfigs.includes(name) && !existing.has(`${kubernetesDir}/${file}`),
  );
  return missingCerts.length + missingKubeconfigs.length;
}
