import { sortedYaml } from "../base/sorted-yaml.ts";
import { parseYaml } from "../base/yaml.ts";

/** A kubeconfig file (v1 Config) as kubeadm writes it. Binary fields are base64, as in the file. */
export type Kubeconfig = {
  readonly clusters: readonly NamedCluster[] | null;
  readonly contexts: readonly NamedContext[] | null;
  readonly "current-context": string;
  readonly users: readonly NamedUser[] | null;
};

export type NamedCluster = { readonly name: string; readonly cluster: Cluster };
export type Cluster = {
  readonly server: string;
  readonly "certificate-authority-data"?: string;
  readonly "certificate-authority"?: string;
  readonly "insecure-skip-tls-verify"?: boolean;
  readonly "tls-server-name"?: string;
};
export type NamedContext = {
  readonly name: string;
  readonly context: { readonly cluster: string; readonly user: string; readonly namespace?: string };
};
export type NamedUser = { readonly name: string; readonly user: User };
export type User = {
  readonly "client-certificate-data"?: string;
  readonly "client-key-data"?: string;
  readonly "client-certificate"?: string;
  readonly "client-key"?: string;
  readonly token?: string;
  readonly tokenFile?: string;
};

export function kubeconfigText(config: Kubeconfig): string {
  return sortedYaml({ apiVersion: "v1", kind: "Config", ...config });
}

/** Reads a kubeconfig; undefined when the text is none. */
export function parseKubeconfig(text: string): Kubeconfig | undefined {
  try {
    const value = parseYaml(text) as Partial<Kubeconfig> & { kind?: string };
    if (value?.kind !== undefined && value.kind !== "Config") return undefined;
    return {
      clusters: value.clusters ?? [],
      contexts: value.contexts ?? [],
      "current-context": value["current-context"] ?? "",
      users: value.users ?? [],
    };
  } catch {
    return undefined;
  }
}

/** The cluster and the user that the current context names. */
export function currentContext(config: Kubeconfig): { cluster: NamedCluster | undefined; user: NamedUser | undefined } {
  const context = config.contexts?.find(({ name }) => name === config["current-context"])?.context;
  return {
    cluster: config.clusters?.find(({ name }) => name === context?.cluster),
    user: config.users?.find(({ name }) => name === context?.user),
  };
}

export function base64(text: string): string {
  return Buffer.from(text, "utf8").toString("base64");
}

export function fromBase64(data: string | undefined): string | undefined {
  return data === undefined ? undefined : Buffer.from(data, "base64").toString("utf8");
}
