import { createServer } from "node:http";
import { hostname } from "node:os";
import { coalesce } from "../../base/coalesce.ts";
import { messageOf } from "../../base/errors.ts";
import { connectionFromKubeconfigFile } from "../../kube/connection.ts";
import { createKubeClient } from "../../kube/create-kube-client.ts";
import { Informer } from "../../kube/informer/informer.ts";
import type { KubeObject } from "../../kube/object.ts";
import { resources } from "../../kube/resources.ts";
import { loadConfig } from "./config/proxy-config.ts";
import { nft } from "./kernel/nft.ts";
import { ruleset } from "./rules/ruleset.ts";
import type { EndpointSlice, Service } from "./services/service-port.ts";
import { ServiceTable } from "./services/service-table.ts";
import { baseTable, noRules, transaction } from "./rules/transaction.ts";

/** kube-proxy in nftables mode: follows Services and EndpointSlices, keeps one nftables table as they ask. */
const log = (text: string) => process.stderr.write(`${new Date().toISOString()} ${text}\n`);
const stop = new AbortController();
for (const name of ["SIGTERM", "SIGINT"] as const) process.once(name, () => stop.abort());

const config = loadConfig(process.argv.slice(2), hostname());
const client = createKubeClient(connectionFromKubeconfigFile(config.kubeconfig));
const onError = (thrown: unknown) => log(`API: ${messageOf(thrown)}`);
const services = new Informer<Service & KubeObject>(client, resources.services, { onError });
const slices = new Informer<EndpointSlice & KubeObject>(client, resources.endpointslices, { onError });
const table = new ServiceTable({ node: config.nodeName, family: "ipv4" });
const options = {
  family: "ip",
  clusterCidrs: config.clusterCidrs.filter((cidr) => !cidr.includes(":")),
  masqueradeAll: config.masqueradeAll,
} as const;
/** What stands in the kernel; undefined when that is not known, at the start and after a failure. */
let applied: ReturnType<typeof ruleset> | undefined;
let lastSyncedAt = 0;

const sync = coalesce(
  async () => {
    if (!services.synced || !slices.synced) return;
    const next = ruleset(table.ports(), options);
    const script = applied
      ? transaction("ip", applied, next)
      : baseTable("ip", { masqueradeMark: config.masqueradeMark }) + transaction("ip", noRules, next);
    applied = undefined;
    if (script) await nft(script);
    applied = next;
    lastSyncedAt = Date.now();
  },
  {
    onError: (thrown) => log(`rules could not be synced: ${messageOf(thrown)}`),
    retryMs: 1_000,
    everyMs: Math.min(config.minSyncPeriodMs, 50),
  },
  stop.signal,
);

services.addHandler({
  added: then(sync, (service) => table.setService(service)),
  updated: (_, service) => then(sync, () => table.setService(service))(service),
  deleted: then(sync, (service) => table.deleteService(service)),
});
slices.addHandler({
  added: then(sync, (slice) => table.setSlice(slice)),
  updated: (_, slice) => then(sync, () => table.setSlice(slice))(slice),
  deleted: then(sync, (slice) => table.deleteSlice(slice)),
});
void Promise.all([services.whenSynced(stop.signal), slices.whenSynced(stop.signal)]).then(sync, () => {});

const healthz = createServer((_, response) => {
  response.writeHead(lastSyncedAt > 0 ? 200 : 503, { "content-type": "application/json" });
  response.end(
    `${JSON.stringify({ lastUpdated: new Date(lastSyncedAt).toISOString(), currentTime: new Date().toISOString() })}\n`,
  );
});
const [address, port] = config.healthzBindAddress.split(/:(?=\d+$)/);
healthz.listen(Number(port), address);

await Promise.all([services.run(stop.signal), slices.run(stop.signal)]);
healthz.close();
client.close();

function then<T>(after: () => void, update: (object: T) => void): (object: T) => void {
  return (object) => {
    update(object);
    after();
  };
}
