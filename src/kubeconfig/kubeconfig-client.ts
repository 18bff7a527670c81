import { type Certificate, parseCertificate } from "../x509/certificate.ts";
import { currentContext, fromBase64, parseKubeconfig } from "./kubeconfig.ts";

/** The embedded client certificate of a kubeconfig's current context. */
export function kubeconfigClient(text: string): Certificate | undefined {
  const config = parseKubeconfig(text);
  const user = config && currentContext(config).user?.user;
  return parseCertificate(fromBase64(user?.["client-certificate-data"]) ?? "");
}
