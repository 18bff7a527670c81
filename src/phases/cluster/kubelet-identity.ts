import { kubernetesDir } from "../../config/kubeadm/constants.ts";
import type { Host } from "../../hosts/host.ts";
import type { Op } from "../../hosts/op.ts";
import { currentContext, fromBase64, parseKubeconfig, type User } from "../../kubeconfig/kubeconfig.ts";
import { parseCertificate, parseCertificates } from "../../x509/certificate.ts";
import { textOf } from "../engine/resources/path.ts";
import { rotatedCertificate } from "./found-credentials.ts";

export const kubeletConf = `${kubernetesDir}/kubelet.conf`;

/** What a worker's kubelet has to show to the cluster that it should be part of. */
export type KubeletIdentity =
  /** It never joined. */
  | { readonly kind: "none" }
  | { readonly kind: "usable" }
  /** It must ask for a certificate again: the one it has is lost, has ended or is another Node's. */
  | { readonly kind: "stale"; readonly because: string }
  /** It belongs to a cluster with another authority. */
  | { readonly kind: "foreign" };

export type IdentityFiles = {
  readonly kubeconfig: string | undefined;
  /** PEM of the certificate that the kubelet rotates, without its key. */
  readonly certificate: string | undefined;
};

export type ExpectedIdentity = {
  /** PEM of the cluster's authority, several while it is being exchanged. */
  readonly ca: string;
  readonly nodeName: string;
  readonly now: Date;
};

const certificatesOnly = 'sed -n "/^-----BEGIN CERTIFICATE/,/^-----END CERTIFICATE/p" "$1" 2>/dev/null || :';

/** Prints the certificate that the kubelet rotates; the key in the same file stays where it is. */
export const readRotatedCertificate: Op = {
  kind: "run",
  argv: ["sh", "-c", certificatesOnly, "sh", rotatedCertificate],
};

/** What `identityFiles` asks of a host. */
export const identityReads: readonly Op[] = [
  { kind: "read", path: kubeletConf, want: "content" },
  readRotatedCertificate,
];

/** Reads kubelet.conf and the certificate in one round trip. */
export async function identityFiles(host: Host): Promise<IdentityFiles> {
  const results = await host.batch(identityReads);
  const shown = results[1]?.kind === "ran" ? results[1].stdout : "";
  return { kubeconfig: textOf(results[0]), certificate: shown || undefined };
}

/** Whether a kubelet can go on with what it has (compare kubelet's bootstrap.isClientConfigStillValid). */
export function judgeIdentity(
  { kubeconfig, certificate }: IdentityFiles,
  { ca, nodeName, now }: ExpectedIdentity,
): KubeletIdentity {
  if (kubeconfig === undefined) return { kind: "none" };
  const config = parseKubeconfig(kubeconfig);
  const { cluster, user } = config ? currentContext(config) : {};
  if (!cluster || !user) return stale(`${kubeletConf} is no kubeconfig with a current context`);
  if (isForeign(fromBase64(cluster.cluster["certificate-authority-data"]), ca)) return { kind: "foreign" };
  if (user.user.token !== undefined || user.user.tokenFile !== undefined) return { kind: "usable" };
  const own = parseCertificate(certificateText(user.user, certificate) ?? "");
  if (!own) return stale("its certificate is not there");
  if (own.notAfter <= now) return stale(`its certificate ended on ${own.notAfter.toISOString()}`);
  const { commonName } = own.subject;
  if (commonName !== `system:node:${nodeName}`) return stale(`its certificate is that of ${commonName}`);
  return { kind: "usable" };
}

function stale(because: string): KubeletIdentity {
  return { kind: "stale", because };
}

/** An authority that is named by path can't be told apart here. */
function isForeign(found: string | undefined, expected: string): boolean {
  const [own] = parseCertificates(found ?? "") ?? [];
  if (!own) return false;
  return !(parseCertificates(expected) ?? []).some(({ x509 }) => x509.raw.equals(own.x509.raw));
}

function certificateText(user: User, rotated: string | undefined): string | undefined {
  return fromBase64(user["client-certificate-data"]) ?? rotated;
}
