import { messageOf, SlipwayError } from "../base/errors.ts";
import { until } from "../base/until.ts";
import { type Certificate, parseCertificates } from "../certs/x509/certificate.ts";
import type { BootstrapTokenDiscovery } from "../config/kubeadm/join-configuration.ts";
import type { Host } from "../hosts/host.ts";
import { isReason } from "../kube/api-error.ts";
import type { Connection } from "../kube/client.ts";
import { createKubeClient } from "../kube/create-kube-client.ts";
import type { KubeObject } from "../kube/object.ts";
import { resources } from "../kube/resources.ts";
import { currentContext, fromBase64, parseKubeconfig } from "../kubeconfig/kubeconfig.ts";
import type { ClusterTrust } from "../phases/cluster/join-source.ts";
import { parseToken, type TokenParts } from "../tokens/bootstrap-token.ts";
import { caPin, matchesPin } from "../tokens/ca-pin.ts";
import { signaturePrefix } from "../tokens/cluster-info.ts";
import { verifyDetached } from "../tokens/detached-jws.ts";

type ClusterInfo = KubeObject & { data?: Record<string, string> };

export type DiscoveryOptions = { readonly host: Host; readonly withinMs: number; readonly signal: AbortSignal };

/**
 * Learns the cluster's address and authority from its public cluster-info (app/discovery/token/): first without trust,
 * proven by the token's signature, then once more through TLS with the authority that the pins vouch for. The joining host
 * itself asks, so what answers it is what it will speak to later.
 */
export async function discover(from: BootstrapTokenDiscovery, options: DiscoveryOptions): Promise<ClusterTrust> {
  const token = parseToken(from.token);
  if (!token)
    throw refused("TOKEN_MALFORMED", from, {
      message: "the discovery token is no bootstrap token",
      remedy: "give it as printed: 6 characters, a dot, 16 characters",
    });
  const untrusted = await fetchClusterInfo(from, { ...options, token, ca: undefined });
  const authority = authorityOf(untrusted, from);
  if (from.unsafeSkipCAVerification && from.caCertHashes.length === 0) return trustOf(authority);
  if (!matchesPin(authority.certificates, from.caCertHashes)) {
    const pins = authority.certificates.map(caPin).join(", ");
    throw refused("CA_PIN_MISMATCH", from, {
      message: "the cluster's certificate authority is not the one that the hash stands for",
      got: pins,
      remedy:
        "take the hash from the master's own printed join command; if it differs there too, somebody is in between",
    });
  }
  const trusted = await fetchClusterInfo(from, { ...options, token, ca: authority.pem });
  if (trusted !== untrusted) {
    throw refused("CLUSTER_INFO_CHANGED", from, {
      message: "cluster-info read through trusted TLS differs from what was read before",
      remedy: "run the command again; if this stays, somebody is in between",
    });
  }
  return trustOf(authority);
}

type Asking = DiscoveryOptions & { readonly token: TokenParts; readonly ca: string | undefined };

/** The kubeconfig in cluster-info, its signature checked; waits for the signature of a token that is new. */
async function fetchClusterInfo(
  from: BootstrapTokenDiscovery,
  { host, token, ca, withinMs, signal }: Asking,
): Promise<string> {
  const client = createKubeClient(anonymous(from.apiServerEndpoint, host, ca));
  const ask = async () => {
    const { data = {} } = await client.get<ClusterInfo>(resources.configmaps, {
      name: "cluster-info",
      namespace: "kube-public",
    });
    const signature = data[`${signaturePrefix}${token.id}`];
    return data.kubeconfig && signature ? { kubeconfig: data.kubeconfig, signature } : undefined;
  };
  try {
    const { kubeconfig, signature } = await until(ask, {
      for: `cluster-info signed for token ${token.id}`,
      withinMs,
      everyMs: 500,
      signal,
    });
    if (verifyDetached(kubeconfig, signature, token)) return kubeconfig;
  } catch (thrown) {
    signal.throwIfAborted();
    throw unanswered(from, thrown);
  } finally {
    client.close();
  }
  throw refused("CLUSTER_INFO_FORGED", from, {
    message: "the signature of cluster-info was not made with this token",
    remedy: "check the secret part of the token; if it is right, somebody is in between",
  });
}

function unanswered(from: BootstrapTokenDiscovery, thrown: unknown): SlipwayError {
  const { cause } = thrown as Error;
  if (cause !== undefined && !isReason(cause, "NotFound")) {
    return refused("API_UNREACHABLE", from, {
      message: "the API server did not answer",
      got: messageOf(cause),
      remedy: "check the endpoint, the name's address and firewalls between the hosts",
    });
  }
  return refused("TOKEN_UNKNOWN", from, {
    message: "the cluster has no signature for this token: it is unknown there, or has expired",
    remedy: "make a new one on the master: slipway token create --print-join-command",
  });
}

function anonymous(endpoint: string, host: Host, ca: string | undefined): Connection {
  const [, name = "", port = "6443"] = /^\[?(.*?)\]?(?::(\d+))?$/.exec(endpoint) ?? [];
  return {
    server: `https://${endpoint}`,
    ...(ca ? { ca } : { insecureSkipTlsVerify: true }),
    credentials: { kind: "anonymous" },
    dial: () => host.tunnel({ kind: "tcp", host: name, port: Number(port) }),
  };
}

type Authority = { readonly pem: string; readonly server: string; readonly certificates: readonly Certificate[] };

function authorityOf(kubeconfig: string, from: BootstrapTokenDiscovery): Authority {
  const config = parseKubeconfig(kubeconfig);
  const cluster = (config && currentContext(config).cluster?.cluster) ?? config?.clusters?.[0]?.cluster;
  const pem = fromBase64(cluster?.["certificate-authority-data"]);
  const certificates = pem ? parseCertificates(pem) : undefined;
  if (cluster && pem && certificates && certificates.length > 0) return { pem, server: cluster.server, certificates };
  throw refused("CLUSTER_INFO_UNUSABLE", from, {
    message: "cluster-info holds no server with its certificate authority",
    remedy: "see `kubectl -n kube-public get configmap cluster-info -o yaml` on the master",
  });
}

function trustOf({ server, pem }: Authority): ClusterTrust {
  return { server, clusterName: "kubernetes", ca: pem };
}

function refused(
  code: string,
  { apiServerEndpoint }: BootstrapTokenDiscovery,
  told: { message: string; got?: string; remedy: string },
): SlipwayError {
  return new SlipwayError({
    code,
    exit: code === "API_UNREACHABLE" ? "connection" : "clusterApi",
    tried: `GET https://${apiServerEndpoint}/api/v1/namespaces/kube-public/configmaps/cluster-info`,
    ...told,
  });
}
