import { GrpcError } from "../../kube/grpc/status.ts";

/** Awaits a call about something that may be gone from the runtime: then there is nothing to do, or to tell. */
export async function unlessGone<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (thrown) {
    if (thrown instanceof GrpcError && thrown.status === "NOT_FOUND") return undefined;
    throw thrown;
  }
}
