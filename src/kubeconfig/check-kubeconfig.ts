import { pkiError } from "../certs/pki/pki-error.ts";
import { type Certificate, parseCertificate } from "../x509/certificate.ts";
import { currentContext, fromBase64, parseKubeconfig } from "./kubeconfig.ts";

/**
 * Accepts an existing kubeconfig as kubeadm does: the first certificate of its authority must be the expected one (throws
 * SlipwayError otherwise), while another server is only worth a warning.
 */
export function checkKubeconfig(
  path: string,
  text: string,
  expected: { readonly authority: Certificate; readonly server: string },
): string[] {
  const remedy = `remove ${path} to have it made anew`;
  const config = parseKubeconfig(text);
  const cluster = config && currentContext(config).cluster?.cluster;
  const ca = parseCertificate(fromBase64(cluster?.["certificate-authority-data"]) ?? "");
  if (!cluster || !ca) {
    const message = "is no kubeconfig with a current context and an embedded authority";
    throw pkiError("KUBECONFIG_UNREADABLE", { path, message, remedy });
  }
  if (!ca.x509.raw.equals(expected.authority.x509.raw)) {
    const message = "trusts another certificate authority than the cluster's";
    throw pkiError("KUBECONFIG_FOREIGN_CA", { path, message, remedy });
  }
  return cluster.server === expected.server
    ? []
    : [`${path} names the server ${cluster.server}, not ${expected.server}`];
}
