import { SlipwayError } from "../../base/errors.ts";
import type { ExistingFiles, RenderedFile } from "../../base/rendered-file.ts";
import type { Making } from "../../certs/pki/making.ts";
import { type Pki, renderPki } from "../../certs/pki/pki.ts";
import { kubernetesDir } from "../../config/kubeadm/constants.ts";
import type { InitInput } from "../../config/kubeadm/load/init-input.ts";
import { type ControlPlaneInput, controlPlaneInput } from "../../config/kubeadm/values/control-plane-node.ts";
import type { Host } from "../../hosts/host.ts";
import { joinKubeconfigs, type KubeconfigName, kubeconfigProfiles } from "../../kubeconfig/profiles.ts";
import { type Kubeconfigs, renderKubeconfigs } from "../../kubeconfig/render-kubeconfigs.ts";
import { credentialPaths, type FoundCredentials, lookAtCredentials } from "./found-credentials.ts";

/** The credentials of a control-plane host: what stands there, completed by what had to be made. */
export type HostMaterial = Omit<FoundCredentials, "existing"> & {
  readonly pki: readonly RenderedFile[];
  readonly kubeconfigs: readonly RenderedFile[];
  readonly warnings: readonly string[];
  /** Nothing stood there before: the host is no control plane yet. */
  readonly isNew: boolean;
};

/** What a control plane must have the same of as the others, by host; undefined for the one that they have it from. */
export type SharedFiles = (host: string) => Promise<readonly RenderedFile[] | undefined>;

const adminConf = `${kubernetesDir}/admin.conf`;
const superAdminConf = `${kubernetesDir}/super-admin.conf`;

/** Reads each control-plane host's credentials once a run, in one round trip, and makes in memory what is missing. */
export class HostMaterials {
  readonly #making: () => Making;
  readonly #shared: SharedFiles;
  readonly #known = new Map<string, Promise<HostMaterial>>();

  constructor(making: () => Making, shared: SharedFiles) {
    this.#making = making;
    this.#shared = shared;
  }

  of(host: Host, input: InitInput): Promise<HostMaterial> {
    const known = this.#known.get(host.name) ?? this.#complete(host, input);
    this.#known.set(host.name, known);
    return known;
  }

  /** The text of one file; undefined when it is not among the host's credentials. */
  async find(host: Host, input: InitInput, path: string): Promise<string | undefined> {
    const { pki, kubeconfigs } = await this.of(host, input);
    return [...pki, ...kubeconfigs].find((one) => one.path === path)?.content;
  }

  /** The text of one file; throws when it is not among the host's credentials. */
  async file(host: Host, input: InitInput, path: string): Promise<string> {
    const found = await this.find(host, input, path);
    if (found === undefined) throw new Error(`${path} is not among the credentials of ${host.name}`);
    return found;
  }

  async #complete(host: Host, init: InitInput): Promise<HostMaterial> {
    const input = controlPlaneInput(init);
    const paths = credentialPaths(input);
    const [{ existing: own, ...found }, shared] = await Promise.all([
      lookAtCredentials(host, input),
      this.#shared(host.name),
    ]);
    const existing = shared ? withShared(own, shared, { host: host.name, input }) : own;
    const making = this.#making();
    const pki = await renderPki(input, existing, making);
    const only = wantedKubeconfigs(own, shared !== undefined);
    const kubeconfigs = await kubeconfigsOf(input, { pki, existing, making, only });
    const replaced = new Set(pki.files.map(({ path }) => path));
    const kept = (path: string): RenderedFile[] => {
      const content = existing.get(path);
      return content === undefined || replaced.has(path) ? [] : [{ path, mode: modeOf(path), content }];
    };
    const isKubeconfig = (path: string) => path.endsWith(".conf");
    return {
      ...found,
      pki: [...paths.filter((path) => !isKubeconfig(path)).flatMap(kept), ...pki.files],
      kubeconfigs: adminLast([...paths.filter(isKubeconfig).flatMap(kept), ...kubeconfigs.files]),
      warnings: kubeconfigs.warnings,
      isNew: !own.has(adminConf),
    };
  }
}

/**
 * What stands on a further control plane, with what it shares with the others put right. One whose authority is another's is
 * part of another cluster, and refused.
 */
function withShared(
  own: ExistingFiles,
  shared: readonly RenderedFile[],
  { host, input }: { host: string; input: ControlPlaneInput },
): ExistingFiles {
  const path = `${input.cluster.certificatesDir}/ca.crt`;
  const expected = shared.find((one) => one.path === path)?.content;
  const found = own.get(path);
  if (found === undefined || found === expected) {
    return new Map([...own, ...shared.map((file) => [file.path, file.content] as const)]);
  }
  throw new SlipwayError({
    code: "CONTROL_PLANE_OF_ANOTHER_CLUSTER",
    exit: "hostStep",
    host,
    message: "this host has the authority of another cluster",
    tried: "to join it as a control plane",
    got: `${path} is not the authority of the cluster`,
    remedy: "take the host out of the old cluster with `slipway reset` on it, then run this again",
  });
}

/**
 * Further control planes never get super-admin.conf (kubeadm's join writes none); the first one gets it together with
 * admin.conf, and an administrator who then takes it away, as is advised, is left in peace.
 */
function wantedKubeconfigs(existing: ExistingFiles, isFurther: boolean): readonly KubeconfigName[] {
  if (isFurther) return [...joinKubeconfigs, "kubelet"];
  const isTakenAway = existing.has(adminConf) && !existing.has(superAdminConf);
  return kubeconfigProfiles.map(({ name }) => name).filter((name) => !(isTakenAway && name === "super-admin"));
}

async function kubeconfigsOf(
  input: ControlPlaneInput,
  { pki, ...request }: { pki: Pki; existing: ExistingFiles; making: Making; only: readonly KubeconfigName[] },
): Promise<Kubeconfigs> {
  const authority = pki.authorities.get("ca");
  if (!authority) throw new Error("the cluster's authority was not rendered");
  return renderKubeconfigs(input, { authority, ...request });
}

/** By admin.conf a host counts as a control plane, so it comes when the others are there. */
function adminLast(kubeconfigs: readonly RenderedFile[]): RenderedFile[] {
  const isAdmin = ({ path }: RenderedFile) => path === adminConf;
  return [...kubeconfigs.filter((one) => !isAdmin(one)), ...kubeconfigs.filter(isAdmin)];
}

/** Certificates may be read by all, everything else by root alone. */
function modeOf(path: string): number {
  return path.endsWith(".crt") ? 0o644 : 0o600;
}
