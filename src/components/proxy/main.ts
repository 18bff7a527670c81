import { readFileSync, unwatchFile, watchFile, writeFileSync } from "node:fs";
import { availableParallelism, hostname } from "node:os";
import { messageOf } from "../../base/errors.ts";
import { connectionFromKubeconfigFile } from "../../kube/connection.ts";
import { createKubeClient } from "../../kube/create-kube-client.ts";
import { conntrackSysctls } from "./config/conntrack-settings.ts";
import { loadConfig } from "./config/load-config.ts";
import type { ProxyConfig } from "./config/proxy-config.ts";
import { deleteTable } from "./kernel/nft.ts";
import { applySysctls } from "./kernel/sysctls.ts";
import { KubeProxy } from "./kube-proxy.ts";
import { healthAnswer } from "./serving/healthz.ts";
import { type Answer, serve } from "./serving/http.ts";
import { proxyMetrics } from "./sync/proxy-metrics.ts";

/** kube-proxy in nftables mode; needs root and the host's network. */
const log = (text: string) => process.stderr.write(`${new Date().toISOString()} ${text}\n`);
const stop = new AbortController();
for (const name of ["SIGTERM", "SIGINT"] as const) process.once(name, () => stop.abort());

try {
  const command = loadConfig(process.argv.slice(2), hostname());
  if (command.kind === "cleanup") await Promise.all([deleteTable("ip"), deleteTable("ip6")]);
  else await runProxy(command.config, command.configFile);
} catch (thrown) {
  log(messageOf(thrown));
  process.exitCode = 1;
}

async function runProxy(config: ProxyConfig, configFile: string): Promise<void> {
  setOomScore(config.oomScoreAdj);
  await applySysctls(conntrackSysctls(config.conntrack, availableParallelism()), log);
  const client = createKubeClient(connectionFromKubeconfigFile(config.kubeconfig), { userAgent: "kube-proxy/slipway" });
  const metrics = proxyMetrics();
  const proxy = new KubeProxy(config, { client, metrics, log, now: Date.now });
  const servers = await Promise.all([
    listen(config, "healthz", (path) => healthPage(proxy, metrics, path)),
    listen(config, "metrics", (path) => metricsPage(metrics, path)),
  ]);
  const isChanged = endWhenChanged(configFile);
  await proxy.run(stop.signal);
  unwatchFile(configFile);
  for (const server of servers) server?.close();
  client.close();
  if (isChanged()) throw new Error(`${configFile} changed; ending, to be started with it`);
}

function healthPage(proxy: KubeProxy, metrics: ReturnType<typeof proxyMetrics>, path: string): Answer {
  const answer = healthAnswer(path, { health: proxy.health, isEligible: proxy.isEligible, now: Date.now() });
  if (answer.status !== 404) (path === "/livez" ? metrics.livez : metrics.healthz)({ code: String(answer.status) });
  return answer;
}

function metricsPage(metrics: ReturnType<typeof proxyMetrics>, path: string): Answer {
  const plain = { "content-type": "text/plain; charset=utf-8" };
  if (path === "/metrics") return { status: 200, body: metrics.text(), headers: plain };
  if (path === "/proxyMode") return { status: 200, body: "nftables", headers: plain };
  if (path === "/healthz") return { status: 200, body: "ok", headers: plain };
  return { status: 404, body: "404 page not found\n", headers: plain };
}

/** A port that is taken ends the program only with bindAddressHardFail. */
async function listen(config: ProxyConfig, name: "healthz" | "metrics", answer: (path: string) => Answer) {
  const address = config[name];
  try {
    return await serve(address, answer);
  } catch (thrown) {
    if (config.bindAddressHardFail) throw thrown;
    log(`${name} can't be served on ${address.host}:${address.port}: ${messageOf(thrown)}`);
    return undefined;
  }
}

/** As upstream: a changed configuration is taken by a new start, which the kubelet sees to. */
function endWhenChanged(file: string): () => boolean {
  const before = readFileSync(file, "utf8");
  let changed = false;
  watchFile(file, { interval: 10_000 }, () => {
    changed = readOrSame(file, before) !== before;
    if (changed) stop.abort();
  });
  return () => changed;
}

function readOrSame(file: string, before: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return before;
  }
}

function setOomScore(score: number): void {
  try {
    writeFileSync("/proc/self/oom_score_adj", String(score));
  } catch (thrown) {
    log(`oom_score_adj stays as it is: ${messageOf(thrown)}`);
  }
}
