import { messageOf, SlipwayError } from "../../../base/errors.ts";
import { PreflightError } from "../preflight-error.ts";
import type { Comparison } from "./compare.ts";

/** Whatever was thrown, as an error that says where. */
export function placed(thrown: unknown, place: { host: string; phase?: string }): SlipwayError {
  if (thrown instanceof PreflightError) return thrown;
  if (thrown instanceof SlipwayError) return thrown.at(place);
  return new SlipwayError(
    {
      code: "UNEXPECTED",
      exit: "failure",
      ...place,
      message: messageOf(thrown),
      remedy: "this is a bug of Slipway: please report it with the log file",
    },
    { cause: thrown },
  );
}

/** What phases went on without (code RESOURCES_LEFT). */
export function resourcesLeft(errors: readonly SlipwayError[]): SlipwayError {
  const lines = errors.map(({ details: { message, got = "" } }) => `${message}: ${got.trim().replaceAll("\n", " ")}`);
  return new SlipwayError({
    code: "RESOURCES_LEFT",
    exit: "hostStep",
    message: `${errors.length} of the things to do could not be done; all else is done`,
    got: lines.join("\n       "),
    remedy: "mend what the host complains of and run the same command again",
  });
}

/** Code RESOURCE_NOT_SETTLED. */
export function unsettled(differing: readonly Comparison[]): SlipwayError {
  return new SlipwayError({
    code: "RESOURCE_NOT_SETTLED",
    exit: "hostStep",
    message: `still different after it was written: ${differing.map(({ resource }) => resource.id).join(", ")}`,
    got: JSON.stringify(differing[0]?.differences),
    remedy: "see what else on that host writes it",
  });
}
