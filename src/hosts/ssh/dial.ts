import { connect } from "node:net";
import type { Duplex } from "node:stream";
import ssh2, { type Client } from "ssh2";
import { SlipwayError } from "../../base/errors.ts";
import { corked } from "./corked.ts";
import { dialError } from "./dial-error.ts";
import type { Endpoint } from "./endpoint.ts";
import { offeredAlgorithms } from "./host-key/algorithms.ts";
import { checkHostKey, readKnownHosts } from "./host-key/host-key-check.ts";
import { recordedKeyTypes } from "./host-key/known-hosts.ts";
import { Attempts } from "./login/attempts.ts";
import { type LoginMeans, loginsFor } from "./login/login.ts";
import { StepClock } from "./step-clock.ts";

/** Time that the other side may take for each step of connecting, unless told otherwise; what the operator takes to answer is not counted. */
export const stepWithinMs = 20_000;
/** A peer that answered none of two is dead: noticed 12 s after its last packet. */
const keepalive = { keepaliveInterval: 4000, keepaliveCountMax: 2 };

export type DialOptions = LoginMeans & {
  /** A stream that a bastion opened, instead of TCP. */
  readonly through?: Duplex | undefined;
};

/** Connects, checks the host's key, and logs in. Rejects with a SlipwayError of exit `connection`, without the host's name. */
export async function dial(endpoint: Endpoint, { through, ...means }: DialOptions): Promise<Client> {
  const entries = await readKnownHosts(endpoint);
  const attempts = new Attempts(loginsFor(endpoint, means));
  const client = new ssh2.Client();
  const { promise, resolve, reject } = Promise.withResolvers<Client>();
  const fail = (error: Error): void => reject(dialError({ endpoint, error, attempts }));
  const withinMs = means.around.connectWithinMs ?? stepWithinMs;
  const clock = new StepClock(withinMs, () => fail(Object.assign(new Error("no answer"), { code: "ETIMEDOUT" })));
  /** What happens on our side while the server waits; its rejection is the reason why connecting fails. */
  const onOurSide = <T>(work: Promise<T>, then: (value: T | undefined) => void): void => {
    clock.pausedFor(work).then(then, (thrown: unknown) => {
      reject(thrown);
      then(undefined);
    });
  };
  client.once("ready", () => resolve(client));
  client.on("error", fail);
  client.once("close", () => fail(new Error("the server closed the connection")));
  client.connect({
    // Without noDelay small packets are held back, which costs 40 ms at each turn.
    sock: through ?? corked(connect({ host: endpoint.address, port: endpoint.port, noDelay: true })),
    username: endpoint.user,
    algorithms: offeredAlgorithms(recordedKeyTypes(entries, endpoint.keyName)),
    readyTimeout: 0,
    ...keepalive,
    authHandler: (allowed, _partialSuccess, next) =>
      onOurSide(attempts.next(allowed), (login) => next(login ?? (false as never))),
    hostVerifier: (key: Buffer, verify: (isGood: boolean) => void) =>
      onOurSide(
        checkHostKey(endpoint, entries, key).then(() => true),
        (isGood = false) => verify(isGood),
      ),
  });
  try {
    return await unlessAborted(promise, means.around.signal);
  } catch (thrown) {
    client.destroy();
    throw thrown;
  } finally {
    clock.stop();
  }
}

function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void =>
    reject(new SlipwayError({ code: "ABORTED", exit: "interrupted", message: "connecting was stopped on request" }));
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort, { once: true });
  return Promise.race([promise, aborted]).finally(() => signal.removeEventListener("abort", onAbort));
}
