import type { ExistingFiles, RenderedFile } from "../base/rendered-file.ts";
import { type NewKeyPair, privateKeyPem } from "../certs/key-pair.ts";
import { refuseExisting } from "../certs/pki/generate-csrs.ts";
import type { ControlPlaneInput } from "../config/kubeadm/values/control-plane-node.ts";
import { noAlternativeNames } from "../x509/alternative-names.ts";
import { certificateSigningRequest } from "../x509/certificate-signing-request.ts";
import { base64, kubeconfigText } from "./kubeconfig.ts";
import { kubeconfigProfiles } from "./profiles.ts";

/**
 * `certs generate-csr` for kubeconfigs: each with its key but neither authority nor client certificate, which are put in by hand
 * once signed, and beside it the request, `<name>.conf.csr`.
 */
export async function kubeconfigRequests(
  input: ControlPlaneInput,
  { existing, newKeyPair, folder }: { existing: ExistingFiles; newKeyPair: NewKeyPair; folder: string },
): Promise<readonly RenderedFile[]> {
  for (const { file } of kubeconfigProfiles) {
    refuseExisting(existing, `${folder}/${file}`);
    refuseExisting(existing, `${folder}/${file}.csr`);
  }
  const pairs = await Promise.all(
    kubeconfigProfiles.map(async ({ file, userName, organizations, server }) => {
      const pair = await newKeyPair();
      const commonName = userName(input);
      const request = certificateSigningRequest({ commonName, organizations }, pair.privateKey, noAlternativeNames);
      const content = unsigned({
        commonName,
        clusterName: input.cluster.clusterName,
        server: server(input),
        key: privateKeyPem(pair.privateKey),
      });
      return [
        { path: `${folder}/${file}`, mode: 0o600, content },
        { path: `${folder}/${file}.csr`, mode: 0o600, content: request },
      ];
    }),
  );
  return pairs.flat();
}

type Unsigned = { commonName: string; clusterName: string; server: string; key: string };

function unsigned({ commonName, clusterName, server, key }: Unsigned): string {
  const context = `${commonName}@${clusterName}`;
  return kubeconfigText({
    clusters: [{ name: clusterName, cluster: { server } }],
    contexts: [{ name: context, context: { cluster: clusterName, user: commonName } }],
    "current-context": context,
    users: [{ name: commonName, user: { "client-key-data": base64(key) } }],
  });
}
