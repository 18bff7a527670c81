import { messageOf, SlipwayError } from "../base/errors.ts";
import { until } from "../base/until.ts";
import type { BootstrapTokenDiscovery } from "../config/kubeadm/join-configuration.ts";
import { splitEndpoint } from "../config/kubeadm/values/endpoint.ts";
import type { Host } from "../hosts/host.ts";
import { isHostLost, lostHost } from "../hosts/lost-host.ts";
import { isReason } from "../kube/api-error.ts";
import type { Connection } from "../kube/client.ts";
import { createKubeClient } from "../kube/create-kube-client.ts";
import type { KubeObject } from "../kube/object.ts";
import { objectPath } from "../kube/path.ts";
import { resources } from "../kube/resources.ts";
import type { ClusterTrust } from "../phases/cluster/join-source.ts";
import { parseToken, type TokenParts } from "../tokens/bootstrap-token.ts";
import { malformedToken } from "../tokens/manage-tokens.ts";
import { hasSignature, requireUnchanged, unknownToken, verifyClusterInfo } from "../tokens/verify-cluster-info.ts";
import { requireSameClock } from "./clock-check.ts";

export type DiscoveryOptions = {
  readonly host: Host;
  readonly withinMs: number;
  readonly signal: AbortSignal;
  /** Given where the host's clock is to be held against the API server's. */
  readonly now?: (() => Date) | undefined;
};

/** A cluster as a token proves it. */
export type ProvenCluster = {
  readonly trust: ClusterTrust;
  /** Reads cluster-info once more, over TLS that the pinned authority vouches for. Rejects where it says anything else then. */
  readonly confirm: () => Promise<void>;
};

/**
 * Learns the cluster's address and authority from its public cluster-info (app/discovery/token/): first without trust,
 * proven by the token's signature and the pins. What it tells holds once it is confirmed. The joining host itself asks, so
 * what answers it is what it will speak to later. Throws PREFLIGHT_FAILED where the clocks are apart.
 */
export async function discover(from: BootstrapTokenDiscovery, options: DiscoveryOptions): Promise<ProvenCluster> {
  const token = parseToken(from.token);
  if (!token) throw malformedToken();
  const { info, date } = await fetchClusterInfo(from, { ...options, token, ca: undefined });
  const found = verifyClusterInfo(info, token, from.caCertHashes);
  if (options.now) await requireSameClock(options.host, date, options.now());
  const confirm = async (): Promise<void> => {
    if (from.caCertHashes.length === 0) return;
    requireUnchanged(found, (await fetchClusterInfo(from, { ...options, token, ca: found.ca })).info);
  };
  return { trust: { server: found.server, clusterName: "kubernetes", ca: found.ca }, confirm };
}

type Asking = DiscoveryOptions & { readonly token: TokenParts; readonly ca: string | undefined };

/** `date` is the answer's header. */
type Answer = { readonly info: KubeObject; readonly date: string | undefined };

/** cluster-info, once it is signed for the token: the controller signs for a new token a little later. */
async function fetchClusterInfo(
  from: BootstrapTokenDiscovery,
  { host, token, ca, withinMs, signal }: Asking,
): Promise<Answer> {
  const client = createKubeClient(anonymous(from.apiServerEndpoint, host, ca));
  const ask = async () => {
    const { body, headers } = await client.request({ method: "GET", path, signal });
    const info = JSON.parse(body.toString()) as KubeObject;
    return hasSignature(info, token) && { info, date: headers.date };
  };
  try {
    const what = `cluster-info signed for token ${token.id}`;
    return await until(ask, { for: what, withinMs, everyMs: 500, signal, isFinal: isHostLost });
  } catch (thrown) {
    signal.throwIfAborted();
    throw lostHost(thrown) ?? unanswered(from, token, thrown);
  } finally {
    client.close();
  }
}

const path = objectPath(resources.configmaps, { name: "cluster-info", namespace: "kube-public" });

function unanswered({ apiServerEndpoint }: BootstrapTokenDiscovery, token: TokenParts, thrown: unknown): SlipwayError {
  const { cause } = thrown as Error;
  if (cause === undefined || isReason(cause, "NotFound")) return unknownToken(token);
  return new SlipwayError({
    code: "API_UNREACHABLE",
    exit: "connection",
    message: "the API server did not answer",
    tried: `GET https://${apiServerEndpoint}${path}`,
    got: messageOf(cause),
    remedy: "check the endpoint, the name's address and firewalls between the hosts",
  });
}

function anonymous(endpoint: string, host: Host, ca: string | undefined): Connection {
  const { host: name, port = 6443 } = splitEndpoint(endpoint) ?? { host: endpoint };
  return {
    server: `https://${endpoint}`,
    ...(ca ? { ca } : { insecureSkipTlsVerify: true }),
    credentials: { kind: "anonymous" },
    dial: () => host.tunnel({ kind: "tcp", host: name, port }),
  };
}
