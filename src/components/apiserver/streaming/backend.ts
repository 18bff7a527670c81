import {
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
  type RequestOptions,
} from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { isIP } from "node:net";

/** A server that requests are passed on to: a kubelet, or whatever listens in a pod. */
export type Backend = {
  readonly protocol: "http" | "https";
  readonly host: string;
  readonly port: number;
  readonly tls?: { readonly ca?: Buffer; readonly cert?: Buffer; readonly key?: Buffer };
};

const plainAgent = new HttpAgent({ keepAlive: true, maxFreeSockets: 16 });
const agents = new WeakMap<object, HttpsAgent>();
const noTls = {};

/** Opens a request to the backend; upgrades get a connection of their own. */
export function requestTo(
  { protocol, host, port, tls = noTls }: Backend,
  options: Pick<RequestOptions, "method" | "path" | "headers"> & {
    readonly isUpgrade?: boolean;
    readonly connectWithinMs: number;
  },
): ClientRequest {
  const { isUpgrade, connectWithinMs, ...rest } = options;
  const common = { host, port, timeout: connectWithinMs, ...rest };
  const request =
    protocol === "http"
      ? httpRequest({ ...common, agent: isUpgrade ? false : plainAgent })
      : httpsRequest({
          ...common,
          ...secured(tls),
          ...(isIP(host) === 0 && { servername: host }),
          agent: isUpgrade ? false : agentOf(tls),
        });
  request.on("socket", (socket) => {
    // The limit is for getting through; what comes after may take its time.
    const ready = () => request.setTimeout(0);
    if (socket.connecting) socket.once("connect", ready);
    else ready();
  });
  request.on("timeout", () =>
    request.destroy(new Error(`no connection to ${host}:${port} within ${connectWithinMs} ms`)),
  );
  return request;
}

export type BackendResponse = IncomingMessage;

/** Without a CA the backend's certificate can't be checked, as upstream has it for kubelets. */
function secured(tls: NonNullable<Backend["tls"]>) {
  return { ...tls, rejectUnauthorized: tls.ca !== undefined };
}

function agentOf(tls: object): HttpsAgent {
  const known = agents.get(tls);
  if (known) return known;
  const agent = new HttpsAgent({ keepAlive: true, maxFreeSockets: 16 });
  agents.set(tls, agent);
  return agent;
}
