import { formatIp, ipBytes, ipOfBytes, parseIp } from "../../base/ip-address.ts";
import { children, contentBytes, type Der, isTagged, sequence, tagged } from "./der.ts";

/** Subject alternative names: DNS names sorted, addresses in the order given, each once. */
export type AlternativeNames = { readonly dnsNames: readonly string[]; readonly ipAddresses: readonly string[] };

export const noAlternativeNames: AlternativeNames = { dnsNames: [], ipAddresses: [] };

const dnsTag = 2;
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

export function decodeAlternativeNames(names: Der): AlternativeNames {
  const of = (tag: number) =>
    children(names)
      .filter((one) => isTagged(one, tag))
      .map(contentBytes);
  return {
    dnsNames: of(dnsTag).map((bytes) => bytes.toString("latin1")),
    ipAddresses: of(ipTag)
      .flatMap((bytes) => ipOfBytes(bytes) ?? [])
      .map(formatIp),
  };
}

/** The names of `wanted` that `present` lacks. */
export function missingNames(wanted: AlternativeNames, present: AlternativeNames): string[] {
  return [
    ...wanted.dnsNames.filter((name) => !present.dnsNames.includes(name)),
    ...wanted.ipAddresses.filter((address) => !present.ipAddresses.includes(address)),
  ];
}
