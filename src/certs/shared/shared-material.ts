import type { ExistingFiles, RenderedFile } from "../../base/rendered-file.ts";
import type { ClusterConfiguration } from "../../config/kubeadm/cluster-configuration.ts";
import { pkiError } from "../pki/pki-error.ts";
import { seal, unseal } from "./certificate-key.ts";

/** Entries of the Secret `kubeadm-certs` (app/phases/copycerts/): its key, and where the file stands. */
export type SharedFile = { readonly key: string; readonly path: string };

const own = ["ca.crt", "ca.key", "front-proxy-ca.crt", "front-proxy-ca.key", "sa.pub", "sa.key"];
const ownEtcd = ["etcd/ca.crt", "etcd/ca.key"];

/** What every control-plane host must have the same of. */
export function sharedFiles({ certificatesDir, etcd }: ClusterConfiguration): readonly SharedFile[] {
  const inPki = (file: string) => ({ key: file.replace("/", "-"), path: `${certificatesDir}/${file}` });
  const { external } = etcd;
  if (!external) return [...own, ...ownEtcd].map(inPki);
  const theirs = [
    { key: "external-etcd-ca.crt", path: external.caFile },
    { key: "external-etcd.crt", path: external.certFile },
    { key: "external-etcd.key", path: external.keyFile },
  ];
  return [...own.map(inPki), ...theirs.filter(({ path }) => path !== "")];
}

type Sealing = { readonly key: string; readonly random: (size: number) => Uint8Array };

/** The Secret's data: each file sealed with the certificate key and base64; a file that is missing is an empty value. */
export function sealShared(
  cluster: ClusterConfiguration,
  existing: ExistingFiles,
  { key, random }: Sealing,
): Record<string, string> {
  return Object.fromEntries(
    sharedFiles(cluster).map((file) => {
      const content = existing.get(file.path);
      return [file.key, content === undefined ? "" : seal(Buffer.from(content), key, random).toString("base64")];
    }),
  );
}

/**
 * The files of a Secret's data, all or none: private keys 0600, all else 0644. Throws CERTIFICATE_KEY_WRONG when one can't be
 * decrypted, SHARED_CERTS_INCOMPLETE when an entry is not there at all.
 */
export function unsealShared(
  cluster: ClusterConfiguration,
  data: Readonly<Record<string, string>>,
  key: string,
): readonly RenderedFile[] {
  return sharedFiles(cluster).flatMap(({ key: entry, path }) => {
    const sealed = data[entry];
    const remedy =
      "upload the certificates again (`init phase upload-certs --upload-certs`) and use the key that it prints";
    const place = { path: `Secret kubeadm-certs, ${entry},`, remedy };
    if (sealed === undefined) throw pkiError("SHARED_CERTS_INCOMPLETE", { ...place, message: "is missing" });
    if (sealed === "") return [];
    const content = unseal(Buffer.from(sealed, "base64"), key);
    if (!content)
      throw pkiError("CERTIFICATE_KEY_WRONG", { ...place, message: "can't be decrypted with this certificate key" });
    return [{ path, content: content.toString("utf8"), mode: modeOf(content.toString("utf8"), place) }];
  });
}

function modeOf(pem: string, place: { path: string; remedy: string }): number {
  if (/^-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----/m.test(pem)) return 0o600;
  if (/^-----BEGIN (?:CERTIFICATE|PUBLIC KEY)-----/m.test(pem)) return 0o644;
  throw pkiError("SHARED_CERTS_UNREADABLE", { ...place, message: "holds neither a key nor a certificate" });
}
