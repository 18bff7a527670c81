import type { Duplex } from "node:stream";
import type { Client } from "ssh2";
import { messageOf, SlipwayError } from "../../base/errors.ts";
import type { Endpoint } from "./endpoint.ts";
import { forwardOut } from "./forward-out.ts";

/** A bastion that tried and got no connection, rather than one that does not forward at all; RFC 4254, section 5.1. */
const connectFailed = 2;

/**
 * A stream to the next server of a route as a bastion reaches it. Rejects with HOST_UNREACHABLE when there is no
 * connection to be had from there in time, with TUNNEL_REFUSED when the bastion does not forward.
 */
export async function jump(bastion: Client, { address, port }: Endpoint, withinMs: number): Promise<Duplex> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer for ${withinMs / 1000} s`)), withinMs);
  const opening = forwardOut(bastion, { kind: "tcp", host: address, port });
  try {
    return await Promise.race([opening, late]);
  } catch (thrown) {
    opening.then((stream) => stream.destroy()).catch(() => {});
    const { reason } = ((thrown as Error).cause ?? {}) as { reason?: unknown };
    if (thrown instanceof SlipwayError && reason !== connectFailed) throw thrown;
    throw unreachable(`${address} port ${port} from its bastion`, thrown);
  } finally {
    clearTimeout(timer);
  }
}

function unreachable(tried: string, thrown: unknown): SlipwayError {
  return new SlipwayError(
    {
      code: "HOST_UNREACHABLE",
      exit: "connection",
      message: "the bastion gets no connection to the host",
      tried,
      got: messageOf(thrown instanceof SlipwayError ? thrown.cause : thrown),
      remedy: "check that the host is up, and the route and firewall from the bastion to it",
    },
    { cause: thrown },
  );
}
