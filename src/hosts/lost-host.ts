import { SlipwayError } from "../base/errors.ts";

/** Codes of a dial that failed: the connection broke, and no new one could be made. */
const lost: ReadonlySet<string> = new Set(["HOST_UNREACHABLE", "SSH_REFUSED", "SSH_FAILED", "HOST_NAME_UNKNOWN"]);

/**
 * The error of a host that can't be reached any more, looked for down the causes; undefined for everything else. A
 * connection that merely broke (CONNECTION_LOST) is made anew by the next call, so it is no reason to give up.
 */
export function lostHost(thrown: unknown): SlipwayError | undefined {
  if (!(thrown instanceof SlipwayError)) return undefined;
  return lost.has(thrown.details.code) ? thrown : lostHost(thrown.cause);
}

export function isHostLost(thrown: unknown): boolean {
  return lostHost(thrown) !== undefined;
}
