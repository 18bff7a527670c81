import { privateKeyPem } from "../../certs/key-pair.ts";
import { renewCertificate } from "../../certs/lifetime/renew.ts";
import type { Making } from "../../certs/pki/making.ts";
import type { Authority } from "../../x509/issue-certificate.ts";
import { base64, currentContext, type Kubeconfig, kubeconfigText, parseKubeconfig } from "../kubeconfig.ts";
import { kubeconfigClient } from "../kubeconfig-client.ts";

/** The same kubeconfig with a new client certificate and today's authority; only the current context is touched. */
export async function renewKubeconfig(
  text: string,
  authority: Authority,
  { period, making }: { readonly period: string; readonly making: Making },
): Promise<string> {
  const config = parseKubeconfig(text);
  const current = kubeconfigClient(text);
  if (!config || !current) throw new RangeError("a kubeconfig without an embedded client certificate");
  const { pair, certificate } = await renewCertificate(current, authority, { period, making });
  const credentials = {
    "client-certificate-data": base64(certificate),
    "client-key-data": base64(privateKeyPem(pair.privateKey)),
  };
  return kubeconfigText(withCredentials(config, credentials, authority.certificate.pem));
}

function withCredentials(config: Kubeconfig, credentials: Record<string, string>, ca: string): Kubeconfig {
  const { cluster, user } = currentContext(config);
  return {
    ...config,
    clusters: (config.clusters ?? []).map((one) =>
      one === cluster ? { ...one, cluster: { ...one.cluster, "certificate-authority-data": base64(ca) } } : one,
    ),
    users: (config.users ?? []).map((one) => (one === user ? { ...one, user: { ...one.user, ...credentials } } : one)),
  };
}
