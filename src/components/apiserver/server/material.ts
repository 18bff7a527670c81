import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { SlipwayError } from "../../../base/errors.ts";
import type { Flags } from "../flags/flags.ts";

/** The files that the flags name, read and parsed. */
export type Material = {
  readonly tls: { readonly cert: Buffer; readonly key: Buffer };
  readonly clientCa: string;
  readonly requestHeaderCa: string;
  readonly etcd: { readonly ca?: Buffer; readonly cert?: Buffer; readonly key?: Buffer };
  readonly kubeletClient: { readonly ca?: Buffer; readonly cert?: Buffer; readonly key?: Buffer };
  readonly serviceAccountKeys: readonly KeyObject[];
  readonly signingKey: KeyObject | undefined;
};

/** Throws SlipwayError APISERVER_FILE_UNREADABLE for a flag's file that can't be read. */
export function readMaterial(flags: Flags): Material {
  const file = (name: keyof Flags) => {
    const path = flags[name];
    return typeof path === "string" && path ? read(name, path) : undefined;
  };
  const [cert, key] = [file("tls-cert-file"), file("tls-private-key-file")];
  if (!cert || !key) throw usage("--tls-cert-file and --tls-private-key-file are needed");
  const signing = file("service-account-signing-key-file");
  const keys = flags["service-account-key-file"].map((path) => read("service-account-key-file", path));
  return {
    tls: { cert, key },
    clientCa: file("client-ca-file")?.toString() ?? "",
    requestHeaderCa: file("requestheader-client-ca-file")?.toString() ?? "",
    etcd: present({ ca: file("etcd-cafile"), cert: file("etcd-certfile"), key: file("etcd-keyfile") }),
    kubeletClient: present({
      ca: file("kubelet-certificate-authority"),
      cert: file("kubelet-client-certificate"),
      key: file("kubelet-client-key"),
    }),
    serviceAccountKeys: keys.flatMap(publicKeys),
    signingKey: signing && createPrivateKey(signing),
  };
}

const certificateBlock = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;
const keyBlock = /-----BEGIN [A-Z ]+-----[\s\S]+?-----END [A-Z ]+-----/g;

/** Every certificate of a bundle. */
export function certificatesOf(bundle: string): X509Certificate[] {
  return [...bundle.matchAll(certificateBlock)].map(([block]) => new X509Certificate(block));
}

function publicKeys(pem: Buffer): KeyObject[] {
  return [...pem.toString().matchAll(keyBlock)].map(([block]) => createPublicKey(block));
}

function present(files: { ca: Buffer | undefined; cert: Buffer | undefined; key: Buffer | undefined }) {
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
