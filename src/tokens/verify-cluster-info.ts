import { SlipwayError } from "../base/errors.ts";
import type { KubeObject } from "../kube/object.ts";
import { fromBase64, parseKubeconfig } from "../kubeconfig/kubeconfig.ts";
import { type Certificate, parseCertificates } from "../x509/certificate.ts";
import type { TokenParts } from "./bootstrap-token.ts";
import { caPin, isCaPin, matchesPin } from "./ca-pin.ts";
import { signaturePrefix } from "./cluster-info.ts";
import { verifyDetached } from "./detached-jws.ts";

/** What a joining host learns about its cluster, once it may believe it. */
export type DiscoveredCluster = {
  /** https://host:port; from cluster-info, not what the user typed. */
  readonly server: string;
  /** PEM bundle. */
  readonly ca: string;
  /** The kubeconfig that was signed; a second, verified fetch must give the same bytes. */
  readonly kubeconfig: string;
};

/** Whether cluster-info carries a signature for the token yet; the controller adds it some time after the token. */
export function hasSignature(clusterInfo: KubeObject, { id }: TokenParts): boolean {
  return dataOf(clusterInfo)[signaturePrefix + id] !== undefined;
}

/**
 * Checks a cluster-info that came over a connection nobody vouched for: the token's signature must hold, and the authority must
 * have one of the pins. `pins` is empty only where the user gave up that check. Throws SlipwayError with code
 * TOKEN_UNKNOWN, CLUSTER_INFO_FORGED, CA_PIN_MALFORMED, CA_PIN_MISMATCH or CLUSTER_INFO_UNUSABLE.
 */
export function verifyClusterInfo(
  clusterInfo: KubeObject,
  token: TokenParts,
  pins: readonly string[],
): DiscoveredCluster {
  const { kubeconfig = "", [signaturePrefix + token.id]: signature } = dataOf(clusterInfo);
  if (signature === undefined) throw unknownToken(token);
  if (!verifyDetached(kubeconfig, signature, token)) throw forged(token);
  const malformed = pins.find((pin) => !isCaPin(pin));
  if (malformed !== undefined) throw malformedPin(malformed);
  const { server, ca, bundle } = readCluster(kubeconfig);
  if (pins.length > 0 && !matchesPin(bundle, pins)) throw wrongPin(bundle, pins);
  return { server, ca, kubeconfig };
}

/** Holds a second fetch, over TLS that the authority vouches for, against the first. Throws CLUSTER_INFO_CHANGED. */
export function requireUnchanged({ kubeconfig }: DiscoveredCluster, clusterInfo: KubeObject): void {
  if (dataOf(clusterInfo).kubeconfig === kubeconfig) return;
  throw discoveryError("CLUSTER_INFO_CHANGED", {
    message: "cluster-info read over a verified connection differs from what was read before",
    remedy: "run the join again; if it stays so, somebody answers in the API server's place",
  });
}

function readCluster(kubeconfig: string): { server: string; ca: string; bundle: readonly Certificate[] } {
  const cluster = parseKubeconfig(kubeconfig)?.clusters?.[0]?.cluster;
  const ca = fromBase64(cluster?.["certificate-authority-data"]);
  const bundle = parseCertificates(ca ?? "");
  if (cluster?.server && ca && bundle) return { server: cluster.server, ca, bundle };
  throw discoveryError("CLUSTER_INFO_UNUSABLE", {
    message: "cluster-info holds no server with its certificate authority",
    remedy: "run `init phase bootstrap-token` on a control-plane host",
  });
}

/** The cluster doesn't sign for a token that it doesn't know, or no longer. */
export function unknownToken({ id }: TokenParts): SlipwayError {
  return discoveryError("TOKEN_UNKNOWN", {
    message: `cluster-info has no signature for the token ${id}`,
    remedy: "the token is unknown or expired: make a new one with `slipway token create` on a control-plane host",
  });
}

function forged({ id }: TokenParts): SlipwayError {
  return discoveryError("CLUSTER_INFO_FORGED", {
    message: `the signature of cluster-info does not verify with the token ${id}`,
    remedy: "check the token; if it is right, somebody answers in the API server's place",
  });
}

function malformedPin(pin: string): SlipwayError {
  return discoveryError("CA_PIN_MALFORMED", {
    message: `"${pin}" is no CA pin`,
    remedy: "give `sha256:` and 64 hexadecimal characters, as `token create --print-join-command` prints them",
  });
}

function wrongPin(bundle: readonly Certificate[], pins: readonly string[]): SlipwayError {
  return new SlipwayError({
    code: "CA_PIN_MISMATCH",
    exit: "clusterApi",
    message: "the cluster's certificate authority has none of the pins given",
    tried: pins.join(", "),
    got: bundle.map(caPin).join(", "),
    remedy: "compare with the pin on a control-plane host; if they differ, this is not your cluster",
  });
}

function discoveryError(code: string, { message, remedy }: { message: string; remedy: string }): SlipwayError {
  return new SlipwayError({ code, exit: "clusterApi", message, remedy });
}

function dataOf(clusterInfo: KubeObject): Readonly<Record<string, string>> {
  return (clusterInfo.data ?? {}) as Record<string, string>;
}
