import { type IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { timerDelay } from "../../../base/timer-delay.ts";
import type { Log } from "../../../kube/program/log.ts";
import { requirePermission } from "../authz/forbidden.ts";
import { GrpcError } from "../etcd/grpc-error.ts";
import { ApiError, timedOut } from "../http/api-error.ts";
import type { Exchange, RawRequest, Reply } from "../http/exchange.ts";
import { respond, respondError } from "../http/respond.ts";
import { type Arrived, endpointOf, type Gate, identified, type Routes } from "../http/router.ts";
import { failureOf } from "./failure.ts";
import { type InFlight, isLongRunning } from "./in-flight.ts";
import type { RequestMetrics } from "./request-metrics.ts";

export type Serving = {
  readonly gate: Gate;
  readonly routes: Routes;
  readonly log: Log;
  readonly inFlight: InFlight;
  readonly metrics: RequestMetrics;
  readonly timeoutMs: number;
};

/** Takes one request from its arrival to its reply; never throws. */
export async function serve(serving: Serving, arrived: Arrived): Promise<void> {
  const start = performance.now();
  let exchange: Exchange | undefined;
  try {
    exchange = await identified(serving.gate, arrived);
    await requirePermission(serving.gate.authorizer, exchange.user, exchange.info);
    respond(exchange, await answer(serving, exchange));
  } catch (error) {
    if (!(error instanceof ApiError)) tell(serving.log, arrived, error);
    fail(serving.log, arrived, error);
  }
  if (exchange) serving.metrics.observe(exchange, arrived.response.statusCode, performance.now() - start);
}

/** Nobody awaits the caller: an answer that can't be written costs its connection, not the program. */
function fail(log: Log, arrived: Arrived, error: unknown): void {
  try {
    respondError(arrived, failureOf(error));
  } catch (thrown) {
    tell(log, arrived, thrown);
    arrived.response.destroy();
  }
}

/** What etcd's absence does to requests is no fault of this program: one line, without a stack. */
function tell(log: Log, { request: { method, url } }: Arrived, error: unknown): void {
  if (error instanceof GrpcError) log("W", "Request failed at etcd", { method, url, error: error.message });
  else log("E", "Request failed", { method, url, error: error instanceof Error ? error.stack : String(error) });
}

async function answer({ routes, inFlight, timeoutMs }: Serving, exchange: Exchange): Promise<Reply> {
  const leave = inFlight.enter(exchange);
  const work = (async () => endpointOf(routes, exchange)(exchange))().finally(leave);
  if (isLongRunning(exchange)) return work;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(timedOut("request did not complete within the allowed timeout"));
      // Work that waits for the rest of a body must end too, and give its place back.
      exchange.request.emit("aborted");
    }, timerDelay(timeoutMs));
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** An upgrade comes without a response; one is made for the case that it is refused. */
export function upgradeOf(request: RawRequest, socket: Duplex, head: Buffer): Arrived {
  const response = new ServerResponse(request as IncomingMessage);
  response.assignSocket(socket as Socket);
  response.shouldKeepAlive = false;
  response.on("finish", () => socket.end());
  socket.on("error", () => socket.destroy());
  return { request, response, warnings: [], upgrade: { socket, head } };
}
