/** Failures as the API reports them: a `Status` object with upstream's reasons, codes and sentences. */

export type StatusCause = { readonly reason?: string; readonly message?: string; readonly field?: string };
export type StatusDetails = {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly StatusCause[];
  readonly retryAfterSeconds?: number;
};
export type Status = {
  readonly kind: "Status";
  readonly apiVersion: "v1";
  readonly metadata: object;
  readonly status: "Success" | "Failure";
  readonly message?: string;
  readonly reason?: string;
  readonly details?: StatusDetails;
  readonly code: number;
};
/** The object that an error is about. */
export type Subject = { readonly group: string; readonly resource: string; readonly name: string };

export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: Status;

  constructor(code: number, reason: string, message: string, details?: StatusDetails) {
    super(message);
    this.status = {
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Failure",
      message,
      reason,
      ...(details && { details }),
      code,
    };
  }
}

const qualified = ({ group, resource }: { group: string; resource: string }) =>
  group ? `${resource}.${group}` : resource;
const about = ({ group, resource, name }: Subject): StatusDetails => ({
  ...(name && { name }),
  ...(group && { group }),
  kind: resource,
});

export function notFound(subject: Subject): ApiError {
  return new ApiError(404, "NotFound", `${qualified(subject)} "${subject.name}" not found`, about(subject));
}

/** For paths that lead to no resource at all. */
export function noSuchPath(): ApiError {
  return new ApiError(404, "NotFound", "the server could not find the requested resource", {});
}

export function alreadyExists(subject: Subject): ApiError {
  return new ApiError(409, "AlreadyExists", `${qualified(subject)} "${subject.name}" already exists`, about(subject));
}

export function conflict(subject: Subject, why: string): ApiError {
  const message = `Operation cannot be fulfilled on ${qualified(subject)} "${subject.name}": ${why}`;
  return new ApiError(409, "Conflict", message, about(subject));
}

export const modifiedMeanwhile =
  "the object has been modified; please apply your changes to the latest version and try again";

export function badRequest(message: string): ApiError {
  return new ApiError(400, "BadRequest", message);
}

export function unauthorized(): ApiError {
  return new ApiError(401, "Unauthorized", "Unauthorized");
}

/** With a subject: `pods "x" is forbidden: why`. */
export function forbidden(subject: Subject, why: string): ApiError {
  const named = subject.name ? `${qualified(subject)} "${subject.name}"` : qualified(subject);
  return new ApiError(403, "Forbidden", `${named} is forbidden: ${why}`, about(subject));
}

export function methodNotAllowed(subject: Subject, verb: string): ApiError {
  const message = `${verb} is not supported on resources of kind "${qualified(subject)}"`;
  return new ApiError(405, "MethodNotAllowed", message, about(subject));
}

export function unsupportedMediaType(accepted: readonly string[]): ApiError {
  const message = `the body of the request was in an unknown format - accepted media types include: ${accepted.join(", ")}`;
  return new ApiError(415, "UnsupportedMediaType", message);
}

export function notAcceptable(offered: readonly string[]): ApiError {
  const message = `only the following media types are accepted: ${offered.join(", ")}`;
  return new ApiError(406, "NotAcceptable", message);
}

export function tooLarge(limitBytes: number): ApiError {
  return new ApiError(413, "RequestEntityTooLarge", `Request entity too large: limit is ${limitBytes}`);
}

export function expired(message: string): ApiError {
  return new ApiError(410, "Expired", message);
}

export function tooManyRequests(message: string, details: StatusDetails = { retryAfterSeconds: 1 }): ApiError {
  return new ApiError(429, "TooManyRequests", message, details);
}

export function timedOut(message: string): ApiError {
  return new ApiError(504, "Timeout", message, {});
}

export function internalError(message: string): ApiError {
  const text = `Internal error occurred: ${message}`;
  return new ApiError(500, "InternalError", text, { causes: [{ message }] });
}

export function unavailable(message: string): ApiError {
  return new ApiError(503, "ServiceUnavailable", message, { retryAfterSeconds: 1 });
}
