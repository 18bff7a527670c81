import type { X509Certificate } from "node:crypto";
import type { TLSSocket } from "node:tls";
import type { RawRequest } from "../http/exchange.ts";
import type { Authenticator } from "./authenticator.ts";
import type { User } from "./user.ts";

/** The user that a certificate of the client CA names: CN is the user, every O a group. Verified once a connection. */
export function clientCertificates(authorities: readonly X509Certificate[], now: () => Date): Authenticator {
  const users = new WeakMap<TLSSocket, User | undefined>();
  return (request) => {
    const socket = tlsSocketOf(request);
    if (!socket) return undefined;
    if (!users.has(socket)) users.set(socket, userOf(peerOf(socket), authorities, now()));
    return users.get(socket);
  };
}

export function peerOf(socket: TLSSocket): X509Certificate | undefined {
  const peer = socket.getPeerX509Certificate?.();
  return peer;
}

export function tlsSocketOf(request: RawRequest): TLSSocket | undefined {
  const session = (request as { stream?: { session?: { socket?: unknown } } }).stream?.session;
  const socket = (session?.socket ?? request.socket) as TLSSocket | undefined;
  return typeof socket?.getPeerX509Certificate === "function" ? socket : undefined;
}

function userOf(
  peer: X509Certificate | undefined,
  authorities: readonly X509Certificate[],
  now: Date,
): User | undefined {
  if (!peer || !isIssuedBy(peer, authorities, now) || !allowsClients(peer)) return undefined;
  const names = subjectOf(peer);
  const name = names.get("CN")?.at(-1);
  return name ? { name, groups: names.get("O") ?? [] } : undefined;
}

export function isIssuedBy(peer: X509Certificate, authorities: readonly X509Certificate[], now: Date): boolean {
  if (now < peer.validFromDate || now > peer.validToDate) return false;
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
