import { readFileSync } from "node:fs";
import type { CriClient } from "../kube/cri/client.ts";
import type { DelegatedAuth } from "../kube/serving/delegated-auth.ts";
import { delegatedAuth } from "../kube/serving/delegated-auth.ts";
import { configurationDocument } from "./config/configuration-document.ts";
import type { KubeletConfiguration } from "./config/kubelet-configuration.ts";
import type { PodListing } from "./cri/pod-runtime.ts";
import type { KubeletParts } from "./kubelet-parts.ts";
import type { Log } from "./log.ts";
import type { ApiLink } from "./node/api-link.ts";
import type { Machine } from "./node/machine.ts";
import { authenticate } from "./server/authentication.ts";
import { NodeAuthorizer } from "./server/authorization.ts";
import { KubeletServer } from "./server/kubelet-server.ts";
import { logRoute } from "./server/log-route.ts";
import { metricsRoutes } from "./server/metrics-routes.ts";
import { PodLookup } from "./server/pod-lookup.ts";
import { statusRoutes } from "./server/status-routes.ts";
import { streamingRoutes } from "./server/streaming-routes.ts";
import { rotateServingCertificate, servingPair } from "./tls/serving-certificate.ts";

export type ServingContext = {
  readonly cri: CriClient;
  readonly config: KubeletConfiguration;
  readonly certDir: string;
  readonly nodeName: string;
  readonly kubeletRoot: string;
  readonly machine: Machine;
  readonly parts: KubeletParts;
  readonly link: ApiLink | undefined;
  readonly log: Log;
  readonly now: () => number;
  readonly random: () => number;
  readonly signal: AbortSignal;
  addresses(): readonly string[];
  listing(): ReadonlyMap<string, PodListing>;
  problem(): string | undefined;
};

/** Starts the server of port 10250; its certificate is given, made here, or issued by the cluster's signer. */
export async function serveKubelet(context: ServingContext): Promise<KubeletServer> {
  const { config, certDir, nodeName, addresses, now, link } = context;
  const identity = () => ({ nodeName, addresses: addresses() });
  const files = { certFile: config.tlsCertFile, keyFile: config.tlsPrivateKeyFile, certDir };
  const pair = await servingPair(files, identity(), new Date(now()));
  const server = new KubeletServer({
    address: config.address,
    port: config.port,
    ...pair,
    clientCa: config.authentication.clientCAFile ? readFileSync(config.authentication.clientCAFile, "utf8") : undefined,
    routes: routes(context),
    ...access(context),
  });
  await server.listen();
  if (config.serverTLSBootstrap && link) {
    const rotation = {
      ...context,
      identity,
      onPair: (next: { cert: string; key: string }) => server.setCertificate(next),
    };
    void link.client().then((client) => rotateServingCertificate({ ...rotation, client }));
  }
  return server;
}

function routes(context: ServingContext) {
  const { cri, config, parts, now } = context;
  const lookup = new PodLookup(parts.workers, parts.view);
  const metrics = metricsRoutes({ ...context, probes: parts.probes, memoryCapacityBytes: context.machine.memoryBytes });
  const status = [...statusRoutes({ ...context, ...parts, configuration: configurationDocument(config) }), ...metrics];
  return config.enableDebuggingHandlers
    ? [...status, logRoute({ lookup, statuses: parts.statuses, now }), ...streamingRoutes(cri, lookup)]
    : status;
}

/** Who may come in: certificates of the cluster's CA and tokens that the API server knows, as its RBAC allows. */
function access({ config, nodeName, link, now }: ServingContext) {
  let delegated: DelegatedAuth | undefined;
  void link?.client().then((client) => {
    delegated = delegatedAuth({ authentication: client, authorization: client });
  });
  const authorizer = new NodeAuthorizer({
    nodeName,
    allowedTTLMs: config.authorization.authorizedTTLMs,
    deniedTTLMs: config.authorization.unauthorizedTTLMs,
    now,
    client: () =>
      link?.client() ?? Promise.reject(new Error("this kubelet has no API server to ask for authorization")),
  });
  const { anonymous, webhook } = config.authentication;
  return {
    authenticate: (request: Parameters<typeof authenticate>[0]) =>
      authenticate(request, { anonymous, webhook, delegated: () => delegated }),
    authorize: async (...asked: Parameters<NodeAuthorizer["allows"]>) =>
      config.authorization.mode === "AlwaysAllow" || authorizer.allows(...asked),
  };
}
