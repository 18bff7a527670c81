/** Codes of gRPC that are told apart. */
export const grpcCodes = { deadlineExceeded: 4, outOfRange: 11, unavailable: 14 } as const;

/** A call that the server ended with a status other than OK, or that never reached one (code 14, unavailable). */
export class GrpcError extends Error {
  override readonly name = "GrpcError";
  readonly code: number;
  /** Whether the server may have got the call: only one that was not sent can be repeated without a second thought. */
  readonly sent: boolean;

  constructor(code: number, message: string, { sent = true, cause }: { sent?: boolean; cause?: unknown } = {}) {
    super(message, { cause });
    this.code = code;
    this.sent = sent;
  }
}
