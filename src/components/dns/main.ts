import { readFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { messageOf } from "../../base/errors.ts";
import { timerDelay } from "../../base/timer-delay.ts";
import { connectionFromKubeconfigFile, inClusterConnection } from "../../kube/connection.ts";
import { createKubeClient } from "../../kube/create-kube-client.ts";
import { followCluster } from "./cluster-index.ts";
import { Dns } from "./dns.ts";
import { DnsMetrics } from "./serving/dns-metrics.ts";

/** Cluster DNS: takes CoreDNS's command line and Corefile, serves the cluster's names and forwards the rest. */
const log = (line: string) => process.stdout.write(`${line}\n`);
const stop = new AbortController();
const { values } = parseArgs({
  options: { conf: { type: "string", default: "Corefile" }, kubeconfig: { type: "string" } },
  args: process.argv.slice(2).map((arg) => arg.replace(/^-(?=\w{2})/, "--")),
});
const client = createKubeClient(
  values.kubeconfig ? connectionFromKubeconfigFile(values.kubeconfig) : inClusterConnection(process.env),
  { userAgent: "coredns/slipway" },
);
const onError = (thrown: unknown) => log(`[ERROR] plugin/kubernetes: ${messageOf(thrown)}`);
const cluster = followCluster(client, { signal: stop.signal, onError });
const metrics = new DnsMetrics();
const loopName = `${process.pid}.${Math.floor(Math.random() * 2 ** 48)}`;
const dns = new Dns({
  address: "::",
  metrics,
  log,
  parts: {
    index: cluster.current,
    readFile: (path) => readFileSync(path, "utf8"),
    now: Date.now,
    random: Math.random,
    loopName,
    onLoop: () => {
      log(
        `[FATAL] plugin/loop: a loop of forwarding was found (HINFO ${loopName} came back); see forward in the Corefile`,
      );
      process.exit(1);
    },
  },
});

// before anything is waited for: in its container this is process 1, whose signals do nothing unless it listens to them
for (const name of ["SIGTERM", "SIGINT"] as const) process.once(name, () => void end());
let corefile = readFileSync(values.conf, "utf8");
await dns.load(corefile).catch((thrown: unknown) => {
  log(`[FATAL] ${values.conf}: ${messageOf(thrown)}`);
  process.exit(1);
});
serveBeside();
log(`serving ${values.conf}`);
dns.probeLoop(loopName);
if (dns.beside.reloadMs !== undefined) void reloadWhenChanged(dns.beside.reloadMs);

function serveBeside(): void {
  const { health, ready, prometheus } = dns.beside;
  if (health) serve(health.port, (response) => response.end("OK"));
  if (ready)
    serve(ready.port, (response) => {
      const isReady = cluster.current() !== undefined;
      response.writeHead(isReady ? 200 : 503).end(isReady ? "OK" : "kubernetes");
    });
  if (prometheus)
    serve(prometheus.port, (response) => {
      response.writeHead(200, { "content-type": "text/plain; version=0.0.4; charset=utf-8" }).end(metrics.text());
    });
}

function serve(port: number, answer: (response: ServerResponse) => void): void {
  createServer((_, response) => answer(response))
    .on("error", (thrown) => log(`[ERROR] port ${port}: ${thrown.message}`))
    .listen(port);
}

/** The kubelet replaces the file of a ConfigMap by rename; one that can't be served leaves the old in force. */
async function reloadWhenChanged(everyMs: number): Promise<void> {
  while (!stop.signal.aborted) {
    await sleep(timerDelay(everyMs), undefined, { ref: false });
    try {
      const text = readFileSync(values.conf, "utf8");
      if (text === corefile) continue;
      corefile = text;
      await dns.load(text);
      log("[INFO] plugin/reload: the new Corefile is served");
    } catch (thrown) {
      metrics.reloadsFailed++;
      log(`[ERROR] plugin/reload: ${messageOf(thrown)}; the former Corefile stays in force`);
    }
  }
}

/** Answers on for the lame duck's time, while clients and load balancers learn that this one goes. */
async function end(): Promise<void> {
  const lameDuckMs = dns.beside.health?.lameDuckMs ?? 0;
  if (lameDuckMs > 0) log(`[INFO] plugin/health: going into lameduck mode for ${lameDuckMs} ms`);
  await sleep(lameDuckMs);
  stop.abort();
  await dns.close();
  client.close();
  process.exit(0);
}
