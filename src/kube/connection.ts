import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { messageOf, SlipwayError } from "../base/errors.ts";
import { parseYaml } from "../base/yaml.ts";
import type { Connection } from "./client.ts";

/** A kubeconfig (client.authentication v1), as far as a client reads it. */
type Kubeconfig = {
  "current-context"?: string;
  contexts?: { name: string; context: { cluster: string; user: string; namespace?: string } }[];
  clusters?: { name: string; cluster: KubeconfigCluster }[];
  users?: { name: string; user?: KubeconfigUser }[];
};
type KubeconfigCluster = {
  server: string;
  "certificate-authority"?: string;
  "certificate-authority-data"?: string;
  "insecure-skip-tls-verify"?: boolean;
  "tls-server-name"?: string;
};
type KubeconfigUser = {
  "client-certificate"?: string;
  "client-certificate-data"?: string;
  "client-key"?: string;
  "client-key-data"?: string;
  token?: string;
  tokenFile?: string;
};

/**
 * What the current context of a kubeconfig says; relative paths in it are relative to `baseDir`, its own folder.
 * Throws SlipwayError KUBECONFIG_INVALID; a CA file that it names must be readable.
 */
export function connectionFromKubeconfig(text: string, baseDir: string): Connection {
  const config = parse(text);
  const context = config.contexts?.find(({ name }) => name === config["current-context"])?.context;
  if (!context) throw invalid(`current-context "${config["current-context"] ?? ""}" is not among its contexts`);
  const cluster = config.clusters?.find(({ name }) => name === context.cluster)?.cluster;
  if (!cluster?.server) throw invalid(`cluster "${context.cluster}" is missing or has no server`);
  const user = config.users?.find(({ name }) => name === context.user)?.user ?? {};
  return {
    server: cluster.server,
    ca: pemOf(cluster["certificate-authority-data"], cluster["certificate-authority"], baseDir),
    insecureSkipTlsVerify: cluster["insecure-skip-tls-verify"] ?? false,
    tlsServerName: cluster["tls-server-name"],
    credentials: credentialsOf(user, baseDir),
  };
}

function parse(text: string): Kubeconfig {
  try {
    return text.trim() === "" ? {} : ((parseYaml(text) ?? {}) as Kubeconfig);
  } catch (thrown) {
    throw invalid(`it is no YAML (${messageOf(thrown)})`);
  }
}

/** What a kubeconfig file says. */
export function connectionFromKubeconfigFile(path: string): Connection {
  return connectionFromKubeconfig(readFileSync(path, "utf8"), resolve(path, ".."));
}

const serviceAccountDir = "/var/run/secrets/kubernetes.io/serviceaccount";

/** How a pod reaches its cluster: the service's variables and the mounted token and CA (client-go's InClusterConfig). */
export function inClusterConnection(env: Readonly<Record<string, string | undefined>>): Connection {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port = "443" } = env;
  if (!host) throw invalid("KUBERNETES_SERVICE_HOST is not set: this is no pod of a cluster");
  return {
    server: `https://${host.includes(":") ? `[${host}]` : host}:${port}`,
    ca: readFileSync(`${serviceAccountDir}/ca.crt`, "utf8"),
    credentials: { kind: "tokenFile", path: `${serviceAccountDir}/token` },
  };
}

function credentialsOf(user: KubeconfigUser, baseDir: string): Connection["credentials"] {
  if (user.tokenFile) return { kind: "tokenFile", path: resolve(baseDir, user.tokenFile) };
  if (user.token) return { kind: "token", token: user.token };
  const { "client-certificate": certPath, "client-key": keyPath } = user;
  const { "client-certificate-data": certData, "client-key-data": keyData } = user;
  if (certPath && keyPath && !certData && !keyData) {
    return { kind: "certificateFiles", certPath: resolve(baseDir, certPath), keyPath: resolve(baseDir, keyPath) };
  }
  const cert = pemOf(certData, certPath, baseDir);
  const key = pemOf(keyData, keyPath, baseDir);
  if (cert && key) return { kind: "certificate", cert, key };
  if (cert || key) throw invalid("its user has a client certificate or a key, but not both");
  return { kind: "anonymous" };
}

function pemOf(data: string | undefined, path: string | undefined, baseDir: string): string | undefined {
  if (data) return Buffer.from(data, "base64").toString();
  return path ? readFileSync(resolve(baseDir, path), "utf8") : undefined;
}

function invalid(message: string): SlipwayError {
  return new SlipwayError({
    code: "KUBECONFIG_INVALID",
    exit: "configuration",
    message: `the kubeconfig can't be used: ${message}`,
  });
}
