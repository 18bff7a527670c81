import type { Duplex } from "node:stream";
import type { Client } from "ssh2";
import { SlipwayError } from "../../base/errors.ts";
import type { TunnelTarget } from "../host.ts";

/** A stream from the server of a connection to an address or unix socket as seen from there (TUNNEL_REFUSED). */
export function forwardOut(client: Client, target: TunnelTarget): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const done = (error: Error | undefined, stream: Duplex): void =>
      error ? reject(tunnelRefused(target, error)) : resolve(stream);
    if (target.kind === "tcp") client.forwardOut("127.0.0.1", 0, target.host, target.port, done);
    else client.openssh_forwardOutStreamLocal(target.path, done);
  });
}

function tunnelRefused(target: TunnelTarget, error: Error): SlipwayError {
  return new SlipwayError(
    {
      code: "TUNNEL_REFUSED",
      exit: "connection",
      message: "the SSH server did not open a tunnel",
      tried: target.kind === "tcp" ? `${target.host} port ${target.port}` : target.path,
      got: error.message,
      remedy:
        "check that the target listens, and AllowTcpForwarding and AllowStreamLocalForwarding in the server's sshd_config",
    },
    { cause: error },
  );
}
