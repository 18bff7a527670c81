import { privateKeyPem } from "../certs/key-pair.ts";
import type { Making } from "../certs/pki/making.ts";
import { noAlternativeNames } from "../x509/alternative-names.ts";
import { type Authority, issueCertificate } from "../x509/issue-certificate.ts";
import { buildKubeconfig } from "./build-kubeconfig.ts";
import { kubeconfigText } from "./kubeconfig.ts";

export type UserKubeconfig = {
  readonly userName: string;
  readonly organizations: readonly string[];
  readonly server: string;
  readonly clusterName: string;
  /** A bearer token instead of a client certificate. */
  readonly token?: string | undefined;
  readonly validityMs: number;
};

/** `kubeconfig user`: access for a further user, by a client certificate of the cluster's authority or by a token. */
export async function userKubeconfig(input: UserKubeconfig, authority: Authority, making: Making): Promise<string> {
  const { userName, server, clusterName, token } = input;
  const credentials =
    token === undefined ? await clientCertificate(input, authority, making) : ({ kind: "token", token } as const);
  return kubeconfigText(buildKubeconfig({ server, clusterName, ca: authority.certificate.pem, userName, credentials }));
}

async function clientCertificate(
  { userName, organizations, validityMs }: UserKubeconfig,
  authority: Authority,
  making: Making,
) {
  const { privateKey, publicKey } = await making.newKeyPair();
  const certificate = issueCertificate(
    {
      subject: { commonName: userName, organizations },
      publicKey,
      usages: ["clientAuth"],
      alternativeNames: noAlternativeNames,
      notBefore: authority.certificate.notBefore,
      notAfter: new Date(making.now.getTime() + validityMs),
      random: making.random,
    },
    authority,
  );
  return { kind: "certificate", certificate, privateKey: privateKeyPem(privateKey) } as const;
}
