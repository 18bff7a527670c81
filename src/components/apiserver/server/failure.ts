import { messageOf } from "../../../base/errors.ts";
import { GrpcError, grpcCodes } from "../etcd/grpc-error.ts";
import { ApiError, internalError, timedOut, unavailable } from "../http/api-error.ts";

/** What a client is told of whatever went wrong. */
export function failureOf(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  if (thrown instanceof GrpcError) return etcdFailure(thrown);
  return internalError(messageOf(thrown));
}

/** Only what etcd can't have seen may be tried again by clients on their own: for that they get 503 with Retry-After. */
function etcdFailure({ code, sent, message }: GrpcError): ApiError {
  if (!sent) return unavailable(`etcd: ${message}`);
  if (code === grpcCodes.deadlineExceeded) return timedOut(`etcd: ${message}`);
  return internalError(`etcd: ${message}`);
}
