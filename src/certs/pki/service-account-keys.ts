import type { ExistingFiles, RenderedFile } from "../../base/rendered-file.ts";
import type { ClusterConfiguration } from "../../config/kubeadm/cluster-configuration.ts";
import { parsePrivateKey, privateKeyPem, publicKeyPem } from "../key-pair.ts";
import type { Making } from "./making.ts";
import { pkiError } from "./pki-error.ts";

/** sa.key and sa.pub, both 0600: whichever is missing. A key that stands there is kept; throws when it can't be read. */
export async function renderServiceAccountKeys(
  { certificatesDir }: Pick<ClusterConfiguration, "certificatesDir">,
  existing: ExistingFiles,
  { newKeyPair }: Making,
): Promise<readonly RenderedFile[]> {
  const [keyPath, pubPath] = [`${certificatesDir}/sa.key`, `${certificatesDir}/sa.pub`];
  const found = existing.get(keyPath);
  const pair = found === undefined ? await newKeyPair() : parsePrivateKey(found);
  if (!pair) {
    const remedy =
      "restore the key that signs service account tokens; a new one makes every token in the cluster invalid";
    throw pkiError("KEY_UNREADABLE", { path: keyPath, message: "holds no RSA or ECDSA private key", remedy });
  }
  const pub: RenderedFile = { path: pubPath, mode: 0o600, content: publicKeyPem(pair.publicKey) };
  if (found === undefined) return [{ path: keyPath, mode: 0o600, content: privateKeyPem(pair.privateKey) }, pub];
  return existing.has(pubPath) ? [] : [pub];
}
