import { SlipwayError } from "../base/errors.ts";
import type { TunnelTarget } from "./host.ts";

/** The error of a tunnel whose far end could not be reached. */
export function tunnelRefused(target: TunnelTarget, error: Error): SlipwayError {
  return new SlipwayError(
    {
      code: "TUNNEL_REFUSED",
      exit: "connection",
      message: "the host did not open a tunnel",
      tried: target.kind === "tcp" ? `${target.host} port ${target.port}` : target.path,
      got: error.message,
      remedy:
        "check that the target listens, and AllowTcpForwarding and AllowStreamLocalForwarding in the server's sshd_config",
    },
    { cause: error },
  );
}
