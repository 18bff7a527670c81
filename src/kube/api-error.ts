import { SlipwayError } from "../base/errors.ts";

/** What the server answers instead of an object: the API's `Status` (meta/v1). */
export type Status = {
  readonly kind?: "Status";
  readonly status?: "Success" | "Failure";
  readonly message?: string;
  readonly reason?: string;
  readonly code?: number;
  readonly details?: {
    readonly name?: string;
    readonly group?: string;
    readonly kind?: string;
    readonly uid?: string;
    readonly retryAfterSeconds?: number;
    readonly causes?: readonly { readonly reason?: string; readonly message?: string; readonly field?: string }[];
  };
};

/** The server refused a request: HTTP status in `code`, the API's own word in `reason` (NotFound, Conflict, Expired, ...). */
export class ApiError extends SlipwayError {
  readonly code: number;
  readonly reason: string;
  readonly status: Status;

  constructor(code: number, status: Status, tried: string) {
    const reason = status.reason ?? reasonOf(code);
    super({
      code: "API_REQUEST_FAILED",
      exit: code === 401 ? "connection" : "clusterApi",
      message: status.message ?? `the API server answered ${code} ${reason}`,
      tried,
      got: `${code} ${reason}`,
    });
    this.code = code;
    this.reason = reason;
    this.status = status;
  }

  /** The error of a response's or an ERROR event's body, which may be a Status, plain text, or nothing. */
  static fromBody(code: number, body: string, tried: string): ApiError {
    return new ApiError(code, statusOf(body), tried);
  }
}

/** True for an ApiError with that reason, e.g. `isReason(thrown, "NotFound")`. */
export function isReason(thrown: unknown, ...reasons: readonly string[]): thrown is ApiError {
  return thrown instanceof ApiError && reasons.includes(thrown.reason);
}

/** The wanted object is not there. */
export const isNotFound = (thrown: unknown): boolean => isReason(thrown, "NotFound");
/** The object changed meanwhile: read again and try again. */
export const isConflict = (thrown: unknown): boolean => isReason(thrown, "Conflict");
export const isAlreadyExists = (thrown: unknown): boolean => isReason(thrown, "AlreadyExists");

/** A namespace that is being deleted takes nothing new. */
export function isNamespaceTerminating(thrown: unknown): boolean {
  if (!isReason(thrown, "Forbidden")) return false;
  return thrown.status.details?.causes?.some(({ reason }) => reason === "NamespaceTerminating") ?? false;
}

function statusOf(body: string): Status {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed === "object" && parsed !== null && (parsed as Status).kind === "Status") return parsed as Status;
  } catch {
    // a proxy or a health endpoint answers plain text
  }
  return body.trim() === "" ? {} : { message: body.trim().slice(0, 1024) };
}

function reasonOf(code: number): string {
  return reasons[code] ?? (code >= 500 ? "InternalError" : "Unknown");
}

const reasons: Readonly<Record<number, string>> = {
  400: "BadRequest",
  401: "Unauthorized",
  403: "Forbidden",
  404: "NotFound",
  405: "MethodNotAllowed",
  406: "NotAcceptable",
  409: "Conflict",
  410: "Expired",
  413: "RequestEntityTooLarge",
  415: "UnsupportedMediaType",
  422: "Invalid",
  429: "TooManyRequests",
  500: "InternalError",
  503: "ServiceUnavailable",
  504: "Timeout",
};
