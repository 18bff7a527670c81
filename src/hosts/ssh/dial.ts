import type { Duplex } from "node:stream";
import ssh2, { type Client } from "ssh2";
import { SlipwayError } from "../../base/errors.ts";
import type { Surroundings } from "../surroundings.ts";
import { offeredAlgorithms } from "./algorithms.ts";
import { Attempts } from "./attempts.ts";
import { dialError } from "./dial-error.ts";
import type { Endpoint } from "./endpoint.ts";
import { checkHostKey, readKnownHosts } from "./host-key-check.ts";
import { recordedKeyTypes } from "./known-hosts.ts";
import { loginsFor } from "./login.ts";

/** Time for the TCP connection, the handshake and the login, without what the operator takes to answer. */
const readyTimeoutMs = 20_000;
/** A peer that answered none of two is dead: noticed after 12 s. */
const keepalive = { keepaliveInterval: 4000, keepaliveCountMax: 2 };

/** Connects, checks the host's key, and logs in. `through` is a stream that a bastion opened, instead of TCP. */
export async function dial(endpoint: Endpoint, around: Surroundings, through?: Duplex): Promise<Client> {
  const entries = await readKnownHosts(endpoint);
  const client = new ssh2.Client();
  let refusal: unknown;
  const attempts = new Attempts(loginsFor(endpoint, around));
  const { promise, resolve, reject } = Promise.withResolvers<Client>();
  const onError = (error: Error): void => reject(refusal ?? dialError({ endpoint, error, attempts }));
  client.once("ready", () => resolve(client));
  client.once("error", onError);
  client.once("close", () => onError(new Error("the server closed the connection")));
  client.connect({
    ...(through ? { sock: through } : { host: endpoint.address, port: endpoint.port }),
    username: endpoint.user,
    algorithms: offeredAlgorithms(recordedKeyTypes(entries, endpoint)),
    readyTimeout: readyTimeoutMs,
    ...keepalive,
    authHandler: attempts.handler((thrown) => {
      refusal = thrown;
    }),
    hostVerifier: (key: Buffer, verify: (isGood: boolean) => void) => {
      checkHostKey(endpoint, entries, key).then(
        () => verify(true),
        (thrown: unknown) => {
          refusal = thrown;
          verify(false);
        },
      );
    },
  });
  try {
    return await aborted(promise, around.signal);
  } catch (thrown) {
    client.on("error", () => {});
    client.destroy();
    throw thrown;
  }
}

function aborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  const { promise: stopped, reject } = Promise.withResolvers<never>();
  const onAbort = (): void =>
    reject(new SlipwayError({ code: "ABORTED", exit: "interrupted", message: "connecting was stopped on request" }));
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort, { once: true });
  return Promise.race([promise, stopped]).finally(() => signal.removeEventListener("abort", onAbort));
}
