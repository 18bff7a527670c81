import { parseDuration } from "../base/duration.ts";
import type { ExistingFiles, RenderedFile } from "../base/rendered-file.ts";
import { privateKeyPem } from "../certs/key-pair.ts";
import type { FoundAuthority } from "../certs/pki/existing-material.ts";
import type { Making } from "../certs/pki/making.ts";
import { pkiError } from "../certs/pki/pki-error.ts";
import { kubernetesDir } from "../config/kubeadm/constants.ts";
import type { ControlPlaneInput } from "../config/kubeadm/values/control-plane-node.ts";
import { noAlternativeNames } from "../x509/alternative-names.ts";
import { issueCertificate } from "../x509/issue-certificate.ts";
import { buildKubeconfig } from "./build-kubeconfig.ts";
import { checkKubeconfig } from "./check-kubeconfig.ts";
import { kubeconfigText } from "./kubeconfig.ts";
import { type KubeconfigName, type KubeconfigProfile, kubeconfigProfiles } from "./profiles.ts";

export type Kubeconfigs = {
  readonly files: readonly RenderedFile[];
  readonly kept: readonly KubeconfigName[];
  /** What is odd about a kept file: it names another server. */
  readonly warnings: readonly string[];
};

export type KubeconfigRequest = {
  readonly authority: FoundAuthority;
  readonly existing: ExistingFiles;
  readonly making: Making;
  readonly only?: readonly KubeconfigName[];
  /** Where the files stand; /etc/kubernetes unless given. */
  readonly directory?: string;
};

/** Makes the kubeconfigs that are missing, and keeps those that trust the same authority; throws for any other. */
export async function renderKubeconfigs(input: ControlPlaneInput, request: KubeconfigRequest): Promise<Kubeconfigs> {
  const { only, authority, existing, directory = kubernetesDir } = request;
  const wanted = kubeconfigProfiles.filter(({ name }) => !only || only.includes(name));
  const path = ({ file }: KubeconfigProfile) => `${directory}/${file}`;
  const found = wanted.filter((profile) => existing.has(path(profile)));
  const warnings = found.flatMap((profile) =>
    checkKubeconfig(path(profile), existing.get(path(profile)) ?? "", {
      authority: authority.certificate,
      server: profile.server(input),
    }),
  );
  const missing = wanted.filter((profile) => !found.includes(profile));
  const files = await Promise.all(
    missing.map(async (profile) => ({
      path: path(profile),
      mode: 0o600,
      content: await clientKubeconfig(profile, input, request),
    })),
  );
  return { files, kept: found.map(({ name }) => name), warnings };
}

/** A kubeconfig with a fresh client certificate; it is valid from when its authority is (kubeadm). */
async function clientKubeconfig(
  profile: KubeconfigProfile,
  input: ControlPlaneInput,
  { authority, making }: KubeconfigRequest,
) {
  const { certificate, privateKey } = authority;
  if (!privateKey) {
    const remedy = "supply the file, with a client certificate signed by that authority (see `certs generate-csr`)";
    throw pkiError("EXTERNAL_CA", {
      path: profile.file,
      message: "is missing, and the authority's key is not here",
      remedy,
    });
  }
  const pair = await making.newKeyPair();
  const userName = profile.userName(input);
  const client = issueCertificate(
    {
      subject: { commonName: userName, organizations: profile.organizations },
      publicKey: pair.publicKey,
      usages: ["clientAuth"],
      alternativeNames: noAlternativeNames,
      notBefore: certificate.notBefore,
      notAfter: new Date(making.now.getTime() + (parseDuration(input.cluster.certificateValidityPeriod) ?? 0)),
      random: making.random,
    },
    { certificate, privateKey },
  );
  return kubeconfigText(
    buildKubeconfig({
      server: profile.server(input),
      clusterName: input.cluster.clusterName,
      ca: certificate.pem,
      userName,
      credentials: { kind: "certificate", certificate: client, privateKey: privateKeyPem(pair.privateKey) },
    }),
  );
}
