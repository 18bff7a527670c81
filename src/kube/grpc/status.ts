import { SlipwayError } from "../../base/errors.ts";

/** The codes of gRPC in their order on the wire (grpc/doc/statuscodes.md). */
export const grpcStatuses = [
  "OK",
  "CANCELLED",
  "UNKNOWN",
  "INVALID_ARGUMENT",
  "DEADLINE_EXCEEDED",
  "NOT_FOUND",
  "ALREADY_EXISTS",
  "PERMISSION_DENIED",
  "RESOURCE_EXHAUSTED",
  "FAILED_PRECONDITION",
  "ABORTED",
  "OUT_OF_RANGE",
  "UNIMPLEMENTED",
  "INTERNAL",
  "UNAVAILABLE",
  "DATA_LOSS",
  "UNAUTHENTICATED",
] as const;
export type GrpcStatus = (typeof grpcStatuses)[number];

/** A call that did not end with OK. UNAVAILABLE: the server was not reached or went away. */
export class GrpcError extends SlipwayError {
  readonly status: GrpcStatus;
  /** What the server said. */
  readonly reason: string;

  constructor(
    { status, reason, tried }: { status: GrpcStatus; reason: string; tried: string },
    options?: ErrorOptions,
  ) {
    super({ code: "GRPC_FAILED", exit: "hostStep", message: `${status}: ${reason}`, tried }, options);
    this.status = status;
    this.reason = reason;
  }
}
