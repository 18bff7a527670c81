/**
 * Cluster DNS by dnsperf: most queries a second that one core answers, and the latency at 2,000 a second, over 2,000
 * services. Targets: >= 8,000 queries/s, p99 < 10 ms, RSS < 170 MB (kubeadm's limit). Needs dnsperf. Usage: node test/bench/dns.ts
 */
import { execFileSync, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const port = 20_000 + (process.pid % 10_000);
const services = 2_000;
const folder = mkdtempSync(join(tmpdir(), "slipway-dns-bench-"));
const server = fork(join(import.meta.dirname, "dns/server-process.ts"), [`${port}`, `${services}`], { silent: true });
server.stderr?.pipe(process.stderr);
try {
  if (server.stdout) await once(server.stdout, "data");
  const cluster = queries(
    "cluster",
    Array.from({ length: services }, (_, at) => `svc-${at}.bench.svc.cluster.local A`),
  );
  const cached = queries("cached", ["cached.example.org A"]);
  perf(cluster, ["-l", "2"]); // warm up
  row("cluster names, most", "q/s", perf(cluster, ["-l", "5"]).perSecond, { least: 8_000 });
  row("cached names, most", "q/s", perf(cached, ["-l", "5"]).perSecond, { least: 8_000 });
  const steady = perf(cluster, ["-l", "5", "-Q", "2000", "-v"]);
  row("2,000 q/s, p99", "ms", steady.p99Ms, { most: 10 });
  row("2,000 q/s, lost", "", steady.lost, { most: 1 });
  server.send("figures");
  const [{ rssMb }] = (await once(server, "message")) as [{ rssMb: number }];
  row("RSS", "MB", rssMb, { most: 170 });
} finally {
  server.kill();
  rmSync(folder, { recursive: true });
}

function queries(name: string, lines: readonly string[]): string {
  const file = join(folder, name);
  writeFileSync(file, `${lines.join("\n")}\n`);
  return file;
}

function perf(file: string, args: readonly string[]): { perSecond: number; p99Ms: number; lost: number } {
  const argv = ["-s", "127.0.0.1", "-p", `${port}`, "-d", file, "-c", "8", ...args];
  const output = execFileSync("dnsperf", argv, { encoding: "utf8", maxBuffer: 2 ** 28 });
  const times = [...output.matchAll(/^> NOERROR .* ([\d.]+)$/gm)].map(([, seconds]) => Number(seconds) * 1_000);
  times.sort((a, b) => a - b);
  return {
    perSecond: Number(/Queries per second:\s+([\d.]+)/.exec(output)?.[1]),
    p99Ms: times[Math.floor(times.length * 0.99)] ?? Number.NaN,
    lost: Number(/Queries lost:\s+(\d+)/.exec(output)?.[1]),
  };
}

function row(what: string, unit: string, value: number, { least, most }: { least?: number; most?: number }): void {
  const target = least ?? most ?? 1;
  const wanted = least === undefined ? `below ${most}` : `at least ${least}`;
  console.log(
    `${what.padEnd(24)} ${value.toFixed(1).padStart(9)} ${unit.padEnd(4)} ${(value / target).toFixed(2)} of ${wanted}`,
  );
}
