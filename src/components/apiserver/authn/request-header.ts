import type { X509Certificate } from "node:crypto";
import type { TLSSocket } from "node:tls";
import { isIssuedBy, isValidAt, subjectOf } from "../../../x509/peer.ts";
import { header, type RawRequest } from "../http/exchange.ts";
import type { Authenticator } from "./authenticator.ts";
import { type Authorities, peerOf, tlsSocketOf } from "./client-certificate.ts";

export type RequestHeaderOptions = {
  readonly authorities: () => Authorities;
  /** Common names of proxies that are believed; empty: every certificate of the authorities. */
  readonly allowedNames: readonly string[];
  readonly usernameHeaders: readonly string[];
  readonly groupHeaders: readonly string[];
  readonly extraHeaderPrefixes: readonly string[];
};

/** Users that a trusted front proxy names in headers. */
export function requestHeaders(options: RequestHeaderOptions, now: () => Date): Authenticator {
  const trusted = new WeakMap<TLSSocket, { readonly authorities: Authorities; readonly isTrusted: boolean }>();
  return (request) => {
    const name = firstOf(request, options.usernameHeaders);
    const socket = tlsSocketOf(request);
    if (!name || !socket) return undefined;
    const peer = peerOf(socket);
    const authorities = options.authorities();
    if (trusted.get(socket)?.authorities !== authorities)
      trusted.set(socket, { authorities, isTrusted: isTrusted(peer, authorities, options) });
    if (!peer || !trusted.get(socket)?.isTrusted || !isValidAt(peer, now())) return undefined;
    return {
      name,
      groups: options.groupHeaders.flatMap((one) => listOf(request, one)),
      extra: extraOf(request, options.extraHeaderPrefixes),
    };
  };
}

function isTrusted(
  peer: X509Certificate | undefined,
  authorities: Authorities,
  options: RequestHeaderOptions,
): boolean {
  if (!peer || !isIssuedBy(peer, authorities)) return false;
  const name = subjectOf(peer).get("CN")?.at(-1) ?? "";
  return options.allowedNames.length === 0 || options.allowedNames.includes(name);
}

function firstOf(request: RawRequest, names: readonly string[]): string {
  return names.map((name) => header(request, name.toLowerCase())).find(Boolean) ?? "";
}

function listOf(request: RawRequest, name: string): string[] {
  const value = request.headers[name.toLowerCase()];
  return value === undefined ? [] : Array.isArray(value) ? value : value.split(/,\s*/);
}

function extraOf(request: RawRequest, prefixes: readonly string[]): Record<string, readonly string[]> {
  const extra: Record<string, readonly string[]> = {};
  for (const name of Object.keys(request.headers)) {
    const prefix = prefixes.find((one) => name.startsWith(one.toLowerCase()));
    if (prefix) extra[decodeURIComponent(name.slice(prefix.length))] = listOf(request, name);
  }
  return extra;
}
