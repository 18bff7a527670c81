import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { messageOf, SlipwayError } from "../base/errors.ts";
import { currentContext, fromBase64, type NamedCluster, parseKubeconfig, type User } from "../kubeconfig/kubeconfig.ts";
import type { ClusterTrust, JoinCredentials } from "../phases/cluster/join-source.ts";

/** Where the cluster is, and what lets this host ask it for a certificate. */
export type Discovered = { readonly trust: ClusterTrust; readonly credentials: JoinCredentials };

/**
 * Learns the cluster from a kubeconfig on this machine (app/discovery/file/): files that it names are embedded, its user's
 * credentials serve for the bootstrap, and the token where it has none. Throws DISCOVERY_FILE_INVALID.
 */
export async function discoverFromFile(path: string, tlsBootstrapToken: string): Promise<Discovered> {
  if (/^https:/i.test(path)) throw invalid(path, "it is a URL, which is not fetched", "download it and name the file");
  const config = parseKubeconfig(await text(path, path));
  if (!config) throw invalid(path, "it is no kubeconfig");
  const { cluster = soleCluster(config.clusters ?? []), user } = currentContext(config);
  if (!cluster?.cluster.server) throw invalid(path, "it names no cluster, neither by its current context nor alone");
  const read = (named: string) => text(resolve(dirname(path), named), path);
  const { cluster: fields } = cluster;
  const ca =
    fromBase64(fields["certificate-authority-data"]) ??
    (fields["certificate-authority"] ? await read(fields["certificate-authority"]) : undefined);
  if (!ca) throw invalid(path, "its cluster has no certificate authority", "add certificate-authority-data");
  const own = user && (await credentialsOf(user.user, read));
  if (!own && !tlsBootstrapToken) throw invalid(path, "it has no credentials", "pass --tls-bootstrap-token");
  const trust = { server: fields.server, clusterName: cluster.name || "kubernetes", ca };
  return { trust, credentials: own ?? { kind: "token", token: tlsBootstrapToken } };
}

/** cluster-info, as the cluster publishes it, has one cluster without a name and no context. */
function soleCluster(clusters: readonly NamedCluster[]): NamedCluster | undefined {
  return clusters.find(({ name }) => !name) ?? (clusters.length === 1 ? clusters[0] : undefined);
}

async function credentialsOf(
  user: User,
  read: (path: string) => Promise<string>,
): Promise<JoinCredentials | undefined> {
  if (user.tokenFile) return { kind: "token", token: (await read(user.tokenFile)).trim() };
  if (user.token) return { kind: "token", token: user.token };
  const { "client-certificate": certificatePath, "client-key": keyPath } = user;
  const certificate =
    fromBase64(user["client-certificate-data"]) ?? (certificatePath ? await read(certificatePath) : undefined);
  const privateKey = fromBase64(user["client-key-data"]) ?? (keyPath ? await read(keyPath) : undefined);
  return certificate && privateKey ? { kind: "certificate", certificate, privateKey } : undefined;
}

async function text(path: string, discoveryFile: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (thrown) {
    throw invalid(discoveryFile, messageOf(thrown));
  }
}

function invalid(
  path: string,
  got: string,
  remedy = "see that it is the kubeconfig of the cluster to join",
): SlipwayError {
  return new SlipwayError({
    code: "DISCOVERY_FILE_INVALID",
    exit: "configuration",
    message: "the discovery file can't be used",
    tried: path,
    got,
    remedy,
  });
}
