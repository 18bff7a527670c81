import type { ExistingFiles, RenderedFile } from "../../base/rendered-file.ts";
import type { ControlPlaneInput } from "../../config/kubeadm/values/control-plane-node.ts";
import { certificateSigningRequest } from "../../x509/certificate-signing-request.ts";
import { type NewKeyPair, privateKeyPem } from "../key-pair.ts";
import { pkiError } from "./pki-error.ts";
import { leaves } from "./profiles.ts";

/**
 * `certs generate-csr`: a new key and a request for every certificate that an external authority must sign; etcd's too, as
 * kubeadm does. Throws (CSR_TARGET_EXISTS) when any of the files stands already.
 */
export async function leafRequests(
  input: ControlPlaneInput,
  existing: ExistingFiles,
  newKeyPair: NewKeyPair,
): Promise<readonly RenderedFile[]> {
  const base = (file: string) => `${input.cluster.certificatesDir}/${file}`;
  for (const { file } of leaves) {
    refuseExisting(existing, `${base(file)}.key`);
    refuseExisting(existing, `${base(file)}.csr`);
  }
  const pairs = await Promise.all(
    leaves.map(async ({ file, commonName, names }) => {
      const pair = await newKeyPair();
      const subject = {
        commonName: typeof commonName === "string" ? commonName : commonName(input),
        organizations: [],
      };
      const request = certificateSigningRequest(subject, pair.privateKey, names(input));
      return [
        { path: `${base(file)}.key`, mode: 0o600, content: privateKeyPem(pair.privateKey) },
        { path: `${base(file)}.csr`, mode: 0o600, content: request },
      ];
    }),
  );
  return pairs.flat();
}

/** Throws when a file that is to be made stands already. */
export function refuseExisting(existing: ExistingFiles, path: string): void {
  if (!existing.has(path)) return;
  const remedy = "remove it, or write the requests into another folder (--cert-dir, --kubeconfig-dir)";
  throw pkiError("CSR_TARGET_EXISTS", { path, message: "exists already and is not overwritten", remedy });
}
