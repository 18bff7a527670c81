import type { X509Certificate } from "node:crypto";
import type { TLSSocket } from "node:tls";
import type { RawRequest } from "../http/exchange.ts";
import type { Authenticator } from "./authenticator.ts";
import type { User } from "./user.ts";

type Verified = { readonly authorities: Authorities; readonly peer: X509Certificate; readonly user: User | undefined };
/** The certificates of a bundle; another list when the bundle's file changed. */
export type Authorities = readonly X509Certificate[];

/**
 * The user that a certificate of the client CA names: CN is the user, every O a group. The signature is verified once a
 * connection and CA, the time of validity with each request. A certificate that is none of theirs is refused, as upstream
 * does, unless another way knows the sender.
 */
export function clientCertificates(authorities: () => Authorities, now: () => Date): Authenticator {
  const known = new WeakMap<TLSSocket, Verified>();
  return (request) => {
    const socket = tlsSocketOf(request);
    const held = socket && known.get(socket);
    const peer = held?.peer ?? (socket && peerOf(socket));
    if (!socket || !peer) return undefined;
    const current = authorities();
    const verified = held?.authorities === current ? held : { authorities: current, peer, user: userOf(peer, current) };
    known.set(socket, verified);
    if (!verified.user || !isValidAt(peer, now())) return "refused";
    return verified.user;
  };
}

export function peerOf(socket: TLSSocket): X509Certificate | undefined {
  return socket.getPeerX509Certificate?.();
}

export function tlsSocketOf(request: RawRequest): TLSSocket | undefined {
  const session = (request as { stream?: { session?: { socket?: unknown } } }).stream?.session;
  const socket = (session?.socket ?? request.socket) as TLSSocket | undefined;
  return typeof socket?.getPeerX509Certificate === "function" ? socket : undefined;
}

function userOf(peer: X509Certificate, authorities: Authorities): User | undefined {
  if (!isIssuedBy(peer, authorities) || !allowsClients(peer)) return undefined;
  const names = subjectOf(peer);
  const name = names.get("CN")?.at(-1);
  return name ? { name, groups: names.get("O") ?? [] } : undefined;
}

export function isValidAt(peer: X509Certificate, now: Date): boolean {
  return now >= peer.validFromDate && now <= peer.validToDate;
}

export function isIssuedBy(peer: X509Certificate, authorities: Authorities): boolean {
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
