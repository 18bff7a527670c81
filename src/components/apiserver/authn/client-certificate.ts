import type { X509Certificate } from "node:crypto";
import type { TLSSocket } from "node:tls";
import { certifiedUser, isValidAt } from "../../../x509/peer.ts";
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
    const verified =
      held?.authorities === current ? held : { authorities: current, peer, user: certifiedUser(peer, current) };
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
