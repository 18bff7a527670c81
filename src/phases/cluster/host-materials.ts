import type { ExistingFiles, RenderedFile } from "../../base/rendered-file.ts";
import type { Making } from "../../certs/pki/making.ts";
import { type Pki, renderPki } from "../../certs/pki/pki.ts";
import { authorities, leaves } from "../../certs/pki/profiles.ts";
import { kubeletDir, kubernetesDir } from "../../config/kubeadm/constants.ts";
import type { InitInput } from "../../config/kubeadm/load/init-input.ts";
import { type ControlPlaneInput, controlPlaneInput } from "../../config/kubeadm/values/control-plane-node.ts";
import type { Host } from "../../hosts/host.ts";
import { kubeconfigProfiles } from "../../kubeconfig/profiles.ts";
import { type Kubeconfigs, renderKubeconfigs } from "../../kubeconfig/render-kubeconfigs.ts";
import { caFolders } from "../../manifests/static-pod/volumes.ts";

/** The credentials of a control-plane host: what stands there, completed by what had to be made. */
export type HostMaterial = {
  readonly pki: readonly RenderedFile[];
  readonly kubeconfigs: readonly RenderedFile[];
  readonly warnings: readonly string[];
  /** Which of the folders with CA certificates exist; the control plane's pods mount them. */
  readonly caFolders: readonly string[];
  /** The kubelet has a certificate of its own by now, made by bootstrap or rotation. */
  readonly hasRotatedCertificate: boolean;
  /** Nothing stood there before: the cluster is new. */
  readonly isNew: boolean;
};

/** Where a kubelet keeps the certificate that it rotates, key included. */
export const rotatedCertificate = `${kubeletDir}/pki/kubelet-client-current.pem`;

/** Reads each control-plane host's credentials once a run, in one round trip, and makes in memory what is missing. */
export class HostMaterials {
  readonly #making: () => Making;
  readonly #known = new Map<string, Promise<HostMaterial>>();

  constructor(making: () => Making) {
    this.#making = making;
  }

  of(host: Host, input: InitInput): Promise<HostMaterial> {
    const known = this.#known.get(host.name) ?? this.#complete(host, input);
    this.#known.set(host.name, known);
    return known;
  }

  /** The text of one file; throws when it is not among the host's credentials. */
  async file(host: Host, input: InitInput, path: string): Promise<string> {
    const { pki, kubeconfigs } = await this.of(host, input);
    const found = [...pki, ...kubeconfigs].find((one) => one.path === path);
    if (!found) throw new Error(`${path} is not among the credentials of ${host.name}`);
    return found.content;
  }

  async #complete(host: Host, init: InitInput): Promise<HostMaterial> {
    const input = controlPlaneInput(init);
    const paths = credentialPaths(input);
    const found = await lookAtCredentials(host, paths);
    const { existing } = found;
    const making = this.#making();
    const pki = await renderPki(input, existing, making);
    const kubeconfigs = await kubeconfigsOf(input, { pki, existing, making });
    const kept = (path: string): RenderedFile[] => {
      const content = existing.get(path);
      return content === undefined ? [] : [{ path, mode: modeOf(path), content }];
    };
    return {
      pki: [...paths.filter((path) => !path.endsWith(".conf")).flatMap(kept), ...pki.files],
      kubeconfigs: [...paths.filter((path) => path.endsWith(".conf")).flatMap(kept), ...kubeconfigs.files],
      warnings: kubeconfigs.warnings,
      caFolders: found.caFolders,
      hasRotatedCertificate: found.hasRotatedCertificate,
      isNew: !existing.has(`${kubernetesDir}/admin.conf`),
    };
  }
}

async function kubeconfigsOf(
  input: ControlPlaneInput,
  { pki, existing, making }: { pki: Pki; existing: ExistingFiles; making: Making },
): Promise<Kubeconfigs> {
  const authority = pki.authorities.get("ca");
  if (!authority) throw new Error("the cluster's authority was not rendered");
  return renderKubeconfigs(input, { authority, existing, making });
}

/** Every file of kubeadm's PKI and kubeconfigs on a control-plane host. */
export function credentialPaths({ cluster }: ControlPlaneInput): string[] {
  const belongs = (one: { isForLocalEtcd: boolean }) => !one.isForLocalEtcd || !cluster.etcd.external;
  const pairs = [...authorities, ...leaves].filter(belongs).flatMap(({ file }) => [`${file}.crt`, `${file}.key`]);
  return [
    ...[...pairs, "sa.key", "sa.pub"].map((file) => `${cluster.certificatesDir}/${file}`),
    ...kubeconfigProfiles.map(({ file }) => `${kubernetesDir}/${file}`),
  ];
}

type FoundCredentials = Pick<HostMaterial, "caFolders" | "hasRotatedCertificate"> & {
  readonly existing: ExistingFiles;
};

/** Reads files, and what else decides on a control plane's files, in one round trip. */
export async function lookAtCredentials(host: Host, paths: readonly string[]): Promise<FoundCredentials> {
  const others = [...caFolders, rotatedCertificate];
  const results = await host.batch(
    [
      ...paths.map((path) => ({ kind: "read", path, want: "content" }) as const),
      ...others.map((path) => ({ kind: "read", path, want: "stat" }) as const),
    ],
    { keepGoing: true },
  );
  const states = [...paths, ...others].map((path, index) => {
    const result = results[index];
    return { path, state: result?.kind === "read" ? result.state : ({ kind: "absent" } as const) };
  });
  const texts = states.flatMap(({ path, state }) =>
    state.kind === "file" && state.content ? [[path, Buffer.from(state.content).toString("utf8")] as const] : [],
  );
  const present = new Set(states.filter(({ state }) => state.kind !== "absent").map(({ path }) => path));
  return {
    existing: new Map(texts),
    caFolders: caFolders.filter((folder) => present.has(folder)),
    hasRotatedCertificate: present.has(rotatedCertificate),
  };
}

/** Certificates may be read by all, everything else by root alone. */
function modeOf(path: string): number {
  return path.endsWith(".crt") ? 0o644 : 0o600;
}
