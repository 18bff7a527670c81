import type { X509Certificate } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { certifiedUser, isIssuedBy, isValidAt, subjectOf } from "../../x509/peer.ts";
import type { User } from "./delegated-auth.ts";

/** A front proxy that names the user of a request in headers. */
export type ProxyTrust = {
  readonly authorities: readonly X509Certificate[];
  /** Common names of proxies that are believed; empty: every certificate of the authorities. */
  readonly allowedNames: readonly string[];
  readonly usernameHeaders: readonly string[];
  readonly groupHeaders: readonly string[];
};

/** Whose client certificates a port believes. */
export type Trust = { readonly clients: readonly X509Certificate[]; readonly proxies: ProxyTrust };

/** The user that a request's certificate vouches for: the one that a trusted proxy names, or the one that it names itself. */
export function trustedUser(
  headers: IncomingMessage["headers"],
  peer: X509Certificate | undefined,
  { trust, now }: { trust: Trust; now: Date },
): User | undefined {
  if (!peer || !isValidAt(peer, now)) return undefined;
  const { usernameHeaders, groupHeaders } = trust.proxies;
  const [name] = usernameHeaders.flatMap((header) => valuesOf(headers, header));
  const user =
    name && isTrustedProxy(peer, trust.proxies)
      ? { name, groups: groupHeaders.flatMap((header) => valuesOf(headers, header)) }
      : certifiedUser(peer, trust.clients);
  return user && { name: user.name, groups: [...user.groups, "system:authenticated"] };
}

function isTrustedProxy(peer: X509Certificate, { authorities, allowedNames }: ProxyTrust): boolean {
  if (!isIssuedBy(peer, authorities)) return false;
  return allowedNames.length === 0 || allowedNames.includes(subjectOf(peer).get("CN")?.at(-1) ?? "");
}

function valuesOf(headers: IncomingMessage["headers"], name: string): string[] {
  const value = headers[name.toLowerCase()];
  return value === undefined ? [] : Array.isArray(value) ? value : value.split(/,\s*/);
}
