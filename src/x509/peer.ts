import type { X509Certificate } from "node:crypto";

/** Whom a client certificate names. */
export type CertifiedUser = { readonly name: string; readonly groups: readonly string[] };

/** The user of a client certificate that an authority vouches for: CN is the user, every O a group. Its time is not looked at. */
export function certifiedUser(
  peer: X509Certificate,
  authorities: readonly X509Certificate[],
): CertifiedUser | undefined {
  if (!isIssuedBy(peer, authorities) || !allowsClients(peer)) return undefined;
  const names = subjectOf(peer);
  const name = names.get("CN")?.at(-1);
  return name ? { name, groups: names.get("O") ?? [] } : undefined;
}

export function isValidAt(peer: X509Certificate, now: Date): boolean {
  return now >= peer.validFromDate && now <= peer.validToDate;
}

export function isIssuedBy(peer: X509Certificate, authorities: readonly X509Certificate[]): boolean {
  return authorities.some((authority) => peer.checkIssued(authority) && peer.verify(authority.publicKey));
}

const clientAuth = "1.3.6.1.5.5.7.3.2";
const anyUsage = "2.5.29.37.0";

function allowsClients({ keyUsage }: X509Certificate): boolean {
  const usages = keyUsage as readonly string[] | undefined;
  return !usages || usages.includes(clientAuth) || usages.includes(anyUsage);
}

/** The parts of the subject; Node writes one `KEY=value` a line. */
export function subjectOf({ subject }: X509Certificate): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, string[]>();
  for (const line of subject.split("\n")) {
    const at = line.indexOf("=");
    const key = line.slice(0, at);
    names.set(key, [...(names.get(key) ?? []), line.slice(at + 1).replace(/\\(.)/g, "$1")]);
  }
  return names;
}
