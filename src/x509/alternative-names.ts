import { formatIp, ipBytes, ipOfBytes, parseIp } from "../base/ip-address.ts";
import { children, contentBytes, type Der, isTagged, sequence, tagged } from "./der.ts";

/** Subject alternative names: DNS names sorted, addresses in the order given, each once. */
export type AlternativeNames = { readonly dnsNames: readonly string[]; readonly ipAddresses: readonly string[] };

export const noAlternativeNames: AlternativeNames = { dnsNames: [], ipAddresses: [] };

/** All that a request may ask for: Kubernetes signs no e-mail addresses and URIs, but has to see them. */
export type GeneralNames = AlternativeNames & { readonly emails: readonly string[]; readonly uris: readonly string[] };

export const noGeneralNames: GeneralNames = { ...noAlternativeNames, emails: [], uris: [] };

const emailTag = 1;
const dnsTag = 2;
const uriTag = 6;
const ipTag = 7;

/** Sorts names into DNS names and addresses as kubeadm does; addresses are brought to their canonical form. */
export function alternativeNames(...names: readonly string[]): AlternativeNames {
  const addresses = names.flatMap((name) => parseIp(name) ?? []).map(formatIp);
  const dnsNames = names.filter((name) => name !== "" && !parseIp(name));
  return { dnsNames: [...new Set(dnsNames)].sort(), ipAddresses: [...new Set(addresses)] };
}

export function encodeAlternativeNames({ dnsNames, ipAddresses }: AlternativeNames): Der {
  return sequence(
    ...dnsNames.map((name) => tagged(dnsTag, Buffer.from(name, "latin1"))),
    ...ipAddresses.flatMap((address) => {
      const ip = parseIp(address);
      return ip ? [tagged(ipTag, ipBytes(ip))] : [];
    }),
  );
}

export function decodeAlternativeNames(names: Der): GeneralNames {
  const contents = (tag: number) =>
    children(names)
      .filter((one) => isTagged(one, tag))
      .map(contentBytes);
  const texts = (tag: number) => contents(tag).map((bytes) => bytes.toString("latin1"));
  return {
    dnsNames: texts(dnsTag),
    ipAddresses: contents(ipTag)
      .flatMap((bytes) => ipOfBytes(bytes) ?? [])
      .map(formatIp),
    emails: texts(emailTag),
    uris: texts(uriTag),
  };
}

/** The names of `wanted` that `present` lacks. */
export function missingNames(wanted: AlternativeNames, present: AlternativeNames): string[] {
  return [
    ...wanted.dnsNames.filter((name) => !present.dnsNames.includes(name)),
    ...wanted.ipAddresses.filter((address) => !present.ipAddresses.includes(address)),
  ];
}
