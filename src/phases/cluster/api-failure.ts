import { SlipwayError } from "../../base/errors.ts";

/** The API's own error, where a wait for what it tells of a host timed out with one: nothing is known of the host then. */
export function apiFailure(timedOut: unknown): SlipwayError | undefined {
  const last = timedOut instanceof SlipwayError ? timedOut.cause : undefined;
  return last instanceof SlipwayError ? last : undefined;
}
