import { createServer } from "node:http";
import { coalesce } from "../../base/coalesce.ts";
import { messageOf } from "../../base/errors.ts";
import { connectionFromKubeconfigFile } from "../../kube/connection.ts";
import { createKubeClient } from "../../kube/create-kube-client.ts";
import { Informer } from "../../kube/informer/informer.ts";
import type { KubeObject } from "../../kube/object.ts";
import { resources } from "../../kube/resources.ts";
import { converge } from "./agent.ts";
import { parseFlags } from "./flags.ts";
import { LastKnown } from "./last-known.ts";
import type { Neighbourhood } from "./overlay.ts";
import { type Node, neighbourhoodOf, peerOf } from "./peers.ts";

/** The network's agent on a node: follows the Nodes, keeps the kernel's entries as they ask; needs root and the host's network. */
const log = (text: string) => process.stderr.write(`${new Date().toISOString()} ${text}\n`);
const stop = new AbortController();
for (const name of ["SIGTERM", "SIGINT"] as const) process.once(name, () => stop.abort());

const resyncMs = 60_000;
const flags = parseFlags(process.argv.slice(2));
const client = createKubeClient(connectionFromKubeconfigFile(flags.kubeconfig));
const nodes = new Informer<Node & KubeObject>(client, resources.nodes, {
  onError: (thrown) => log(`nodes: ${messageOf(thrown)}`),
});
const lastKnown = new LastKnown(flags.stateDir);
let lastState = "";
let lastConvergedAt = performance.now();

const sync = coalesce(
  async () => {
    const known = nodes.synced
      ? neighbourhoodOf(nodes.store.list(), flags.nodeName)
      : await lastKnown.read(flags.nodeName);
    if (known) await converge(known, flags);
    if (known && nodes.synced) await lastKnown.save(known);
    lastConvergedAt = performance.now();
    tell(known);
  },
  {
    onError: (thrown) => log(`the network could not be converged: ${messageOf(thrown)}`),
    retryMs: 2_000,
    everyMs: 100,
  },
  stop.signal,
);

function tell(known: Neighbourhood | undefined): void {
  const state = known
    ? `network ready: ${known.self.podCidr} here, ${known.others.length} other nodes by ${flags.backend}`
    : `node ${flags.nodeName} has no pod CIDR or address yet`;
  const source = nodes.synced ? "" : ", as far as is known without the API server";
  if (state + source !== lastState) log(state + source);
  lastState = state + source;
}

nodes.addHandler({
  added: sync,
  deleted: sync,
  // heartbeats change a node's status every few seconds; only what peers are made of matters
  updated: (old, node) => {
    if (JSON.stringify(peerOf(old)) !== JSON.stringify(peerOf(node))) sync();
  },
});
// the API may be away for long: what is known stays in force, and that counts as healthy
const healthz = createServer((_, response) => {
  const isHealthy = !nodes.synced || performance.now() - lastConvergedAt < 3 * resyncMs;
  response.writeHead(isHealthy ? 200 : 503).end(isHealthy ? "ok" : "the network could not be converged");
});
healthz.on("error", (thrown) => log(`healthz: ${thrown.message}`));
healthz.listen(flags.healthzPort, "127.0.0.1");

sync();
const resync = setInterval(sync, resyncMs);
await nodes.run(stop.signal);
clearInterval(resync);
healthz.close();
client.close();
