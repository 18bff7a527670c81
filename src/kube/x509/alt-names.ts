import { formatIp, ipBytes, ipOfBytes, parseIp } from "../../base/ip-address.ts";
import { childrenOf, type DerValue, der, sequence } from "./der.ts";

/** What a subjectAltName extension names; IP addresses in text form. */
export type AltNames = {
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly string[];
  readonly emails: readonly string[];
  readonly uris: readonly string[];
};

export const noAltNames: AltNames = { dnsNames: [], ipAddresses: [], emails: [], uris: [] };
const generalNames = { email: 0x81, dns: 0x82, uri: 0x86, ip: 0x87 } as const;

/** The value of the extension, GeneralNames. */
export function encodeAltNames({ dnsNames, ipAddresses }: Pick<AltNames, "dnsNames" | "ipAddresses">): Buffer {
  return sequence(
    ...dnsNames.map((name) => der(generalNames.dns, Buffer.from(name))),
    ...ipAddresses.map((address) => der(generalNames.ip, bytesOf(address))),
  );
}

export function readAltNames(names: DerValue): AltNames {
  const all = childrenOf(names);
  const texts = (tag: number) => all.filter((one) => one.tag === tag).map(({ contents }) => contents.toString());
  return {
    dnsNames: texts(generalNames.dns),
    emails: texts(generalNames.email),
    uris: texts(generalNames.uri),
    ipAddresses: all.filter(({ tag }) => tag === generalNames.ip).flatMap(({ contents }) => textOf(contents)),
  };
}

function bytesOf(address: string): Buffer {
  const parsed = parseIp(address);
  if (!parsed) throw new RangeError(`"${address}" is no IP address`);
  return Buffer.from(ipBytes(parsed));
}

function textOf(bytes: Buffer): string[] {
  const address = ipOfBytes(bytes);
  return address ? [formatIp(address)] : [];
}
