import { existsSync } from "node:fs";
import type { ExistingFiles } from "../base/rendered-file.ts";
import { parseYaml } from "../base/yaml.ts";
import { type ClusterConfiguration, clusterConfiguration } from "../config/kubeadm/cluster-configuration.ts";
import { adminKubeconfig, kubernetesDir } from "../config/kubeadm/constants.ts";
import { defaultClusterConfiguration } from "../config/kubeadm/defaults/dynamic-defaults.ts";
import { readTree } from "../hosts/tree/read-tree.ts";
import type { KubeClient } from "../kube/client.ts";
import { withClient } from "./cluster-client.ts";
import { initInputOf } from "./init-source.ts";
import { nameList } from "./session/session-options.ts";

export const certsOptions = {
  config: { type: "string", describe: "a kubeadm file to take the settings from" },
  "cert-dir": { type: "string", describe: "where certificates are kept (/etc/kubernetes/pki)" },
  kubeconfig: {
    type: "string",
    default: adminKubeconfig,
    describe: "the kubeconfig to read the cluster's settings with",
  },
  rootfs: { type: "string", default: "/", describe: "the directory that stands for the host's root" },
} as const;

/** Options of the commands that can work on the control planes of a cluster file, too. */
export const certsHostsOptions = {
  file: {
    alias: "f",
    type: "string",
    describe: "a cluster file, to work on its control planes instead of this machine",
  },
  hosts: nameList("with -f: these control planes only"),
} as const;

export type CertsHostsArguments = { readonly file?: string | undefined; readonly hosts: readonly string[] };

export type CertsArguments = {
  readonly config?: string | undefined;
  readonly "cert-dir"?: string | undefined;
  readonly kubeconfig: string;
  readonly rootfs: string;
};

export type CertsSource = { readonly cluster: ClusterConfiguration; readonly existing: ExistingFiles };

/** The settings (--config, else the cluster's, else the defaults), and all files that stand under them. */
export async function certsSource(argv: CertsArguments): Promise<CertsSource> {
  const cluster = await clusterOf(argv);
  const existing = await readTree(argv.rootfs, [...new Set([kubernetesDir, cluster.certificatesDir])]);
  return { cluster, existing };
}

async function clusterOf(argv: CertsArguments): Promise<ClusterConfiguration> {
  if (argv.config !== undefined) return initInputOf({ config: argv.config }).cluster;
  const stored = argv.rootfs === "/" ? await storedConfiguration(argv.kubeconfig) : undefined;
  const cluster =
    stored ??
    defaultClusterConfiguration(
      clusterConfiguration.decode({}, "", () => {}),
      6443,
    );
  return argv["cert-dir"] === undefined ? cluster : { ...cluster, certificatesDir: argv["cert-dir"] };
}

/** What the cluster has of itself; renewing must work without it, so a cluster that doesn't answer is only told. */
async function storedConfiguration(kubeconfig: string): Promise<ClusterConfiguration | undefined> {
  if (!existsSync(kubeconfig)) return undefined;
  try {
    return await withClient(kubeconfig, readStored);
  } catch {
    process.stderr.write("warning: the cluster does not answer; going on with the default settings\n");
    return undefined;
  }
}

async function readStored(client: KubeClient): Promise<ClusterConfiguration> {
  const signal = AbortSignal.timeout(10_000);
  const path = "/api/v1/namespaces/kube-system/configmaps/kubeadm-config";
  const { body } = await client.request({ method: "GET", path, signal });
  const { data } = JSON.parse(body.toString()) as { data: { ClusterConfiguration: string } };
  return clusterConfiguration.decode(parseYaml(data.ClusterConfiguration), "", () => {});
}
