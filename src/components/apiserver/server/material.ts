import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { SlipwayError } from "../../../base/errors.ts";
import type { Flags } from "../flags/flags.ts";

type ClientTls = { readonly ca?: Buffer; readonly cert?: Buffer; readonly key?: Buffer };
/** A bundle of CAs, as it stands in its file and parsed. */
export type Bundle = { readonly pem: string; readonly certificates: readonly X509Certificate[] };

/** The files that the flags name, read and parsed. */
export type Material = {
  readonly tls: { readonly cert: Buffer; readonly key: Buffer };
  readonly clientCa: Bundle;
  readonly requestHeaderCa: Bundle;
  readonly etcd: ClientTls;
  readonly kubeletClient: ClientTls;
  readonly serviceAccountKeys: readonly KeyObject[];
  readonly signingKey: KeyObject | undefined;
};

const fileFlags = [
  "tls-cert-file",
  "tls-private-key-file",
  "client-ca-file",
  "requestheader-client-ca-file",
  "etcd-cafile",
  "etcd-certfile",
  "etcd-keyfile",
  "kubelet-certificate-authority",
  "kubelet-client-certificate",
  "kubelet-client-key",
  "service-account-signing-key-file",
] as const satisfies readonly (keyof Flags)[];
type FileFlag = (typeof fileFlags)[number];

/** The files, each with the flag that names it. */
export function materialFiles(flags: Flags): { flag: keyof Flags; path: string }[] {
  return [
    ...fileFlags.map((flag) => ({ flag, path: flags[flag] })),
    ...flags["service-account-key-file"].map((path) => ({ flag: "service-account-key-file" as const, path })),
  ].filter(({ path }) => path !== "");
}

/** Throws SlipwayError APISERVER_FILE_UNREADABLE for a flag's file that can't be read, FLAG_INVALID for a pair that is none. */
export function readMaterial(flags: Flags): Material {
  const file = (flag: FileFlag) => (flags[flag] ? read(flag, flags[flag]) : undefined);
  const bundle = (flag: FileFlag) => bundleOf(file(flag)?.toString() ?? "");
  const signing = file("service-account-signing-key-file");
  return {
    tls: servingPair(file("tls-cert-file"), file("tls-private-key-file")),
    clientCa: bundle("client-ca-file"),
    requestHeaderCa: bundle("requestheader-client-ca-file"),
    etcd: present({ ca: file("etcd-cafile"), cert: file("etcd-certfile"), key: file("etcd-keyfile") }),
    kubeletClient: present({
      ca: file("kubelet-certificate-authority"),
      cert: file("kubelet-client-certificate"),
      key: file("kubelet-client-key"),
    }),
    serviceAccountKeys: flags["service-account-key-file"].flatMap((path) =>
      publicKeys(read("service-account-key-file", path)),
    ),
    signingKey: signing && createPrivateKey(signing),
  };
}

function servingPair(cert: Buffer | undefined, key: Buffer | undefined): Material["tls"] {
  if (!cert || !key) throw usage("--tls-cert-file and --tls-private-key-file are needed");
  if (new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))) return { cert, key };
  throw usage("the key of --tls-private-key-file is not that of the certificate of --tls-cert-file");
}

const certificateBlock = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;
const keyBlock = /-----BEGIN [A-Z ]+-----[\s\S]+?-----END [A-Z ]+-----/g;

function bundleOf(pem: string): Bundle {
  return { pem, certificates: [...pem.matchAll(certificateBlock)].map(([block]) => new X509Certificate(block)) };
}

function publicKeys(pem: Buffer): KeyObject[] {
  return [...pem.toString().matchAll(keyBlock)].map(([block]) => createPublicKey(block));
}

function present(files: { [K in keyof ClientTls]-?: Buffer | undefined }): ClientTls {
  const { ca, cert, key } = files;
  return { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
}

function read(flag: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new SlipwayError(
      {
        code: "APISERVER_FILE_UNREADABLE",
        exit: "configuration",
        message: `the file of --${flag} can't be read`,
        tried: path,
        got: (cause as Error).message,
      },
      { cause },
    );
  }
}

function usage(message: string): SlipwayError {
  return new SlipwayError({ code: "FLAG_INVALID", exit: "usage", message });
}
