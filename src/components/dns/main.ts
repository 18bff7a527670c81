import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { parseArgs } from "node:util";
import { coalesce } from "../../base/coalesce.ts";
import { messageOf } from "../../base/errors.ts";
import { connectionFromKubeconfigFile, inClusterConnection } from "../../kube/connection.ts";
import { createKubeClient } from "../../kube/create-kube-client.ts";
import { Informers } from "../../kube/informer/informers.ts";
import type { KubeObject } from "../../kube/object.ts";
import { resources } from "../../kube/resources.ts";
import { handlerOf } from "./chain.ts";
import { parseCorefile } from "./corefile.ts";
import { startDnsServer } from "./server.ts";
import { type ServiceIndex, type ServiceObject, type SliceObject, serviceIndex } from "./service-index.ts";

/** Cluster DNS: takes CoreDNS's command line and Corefile, serves the cluster's names and forwards the rest. */
const log = (text: string) => process.stdout.write(`${text}\n`);
const onError = (thrown: unknown) => log(`[ERROR] ${messageOf(thrown)}`);
const stop = new AbortController();

const { values } = parseArgs({
  options: { conf: { type: "string", default: "Corefile" }, kubeconfig: { type: "string" } },
  args: process.argv.slice(2).map((arg) => arg.replace(/^-(?=\w{2})/, "--")),
});
const blocks = parseCorefile(readFileSync(values.conf, "utf8"));
const client = createKubeClient(
  values.kubeconfig ? connectionFromKubeconfigFile(values.kubeconfig) : inClusterConnection(process.env),
);
const informers = new Informers(client, { onError });
const services = informers.of<ServiceObject & KubeObject>(resources.services);
const slices = informers.of<SliceObject & KubeObject>(resources.endpointslices);
const namespaces = informers.of(resources.namespaces);
let index: ServiceIndex | undefined;

const rebuild = coalesce(
  async () => {
    if (!informers.all.every(({ synced }) => synced)) return;
    index = serviceIndex(services.store.list(), slices.store.list(), namespaces.store.list());
  },
  { onError, retryMs: 1_000, everyMs: 20 },
  stop.signal,
);
for (const informer of informers.all) informer.addHandler({ added: rebuild, updated: rebuild, deleted: rebuild });
void informers.start(stop.signal).then(rebuild, () => {});

const parts = {
  index: () => index,
  readFile: (path: string) => readFileSync(path, "utf8"),
  now: Date.now,
  random: Math.random,
};
const servers = await Promise.all(
  blocks.map((block) =>
    startDnsServer(handlerOf(block, parts), { address: "::", port: block.zones[0]?.port ?? 53, onError }),
  ),
);
const plugins = new Set(blocks.flatMap((block) => block.plugins.map(({ name }) => name)));
if (plugins.has("health")) createServer((_, response) => response.end("OK")).listen(8080);
if (plugins.has("ready"))
  createServer((_, response) => response.writeHead(index ? 200 : 503).end(index ? "OK" : "kubernetes")).listen(8181);
log(`serving ${blocks.flatMap(({ zones }) => zones.map(({ name, port }) => `${name || "."}:${port}`)).join(" ")}`);

const lameDuckMs = plugins.has("health") ? 5_000 : 0;
for (const name of ["SIGTERM", "SIGINT"] as const) {
  process.once(name, () =>
    setTimeout(async () => {
      stop.abort();
      await Promise.all(servers.map((server) => server.close()));
      process.exit(0);
    }, lameDuckMs),
  );
}
