import type { Duplex } from "node:stream";
import type { Client } from "ssh2";
import type { TunnelTarget } from "../host.ts";
import { tunnelRefused } from "../tunnel-refused.ts";

/** A stream from the server of a connection to an address or unix socket as seen from there (TUNNEL_REFUSED). */
export function forwardOut(client: Client, target: TunnelTarget): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const done = (error: Error | undefined, stream: Duplex): void =>
      error ? reject(tunnelRefused(target, error)) : resolve(stream);
    if (target.kind === "tcp") client.forwardOut("127.0.0.1", 0, target.host, target.port, done);
    else client.openssh_forwardOutStreamLocal(target.path, done);
  });
}
