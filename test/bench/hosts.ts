/**
 * Measures the hosts room against real sshd processes on this machine:
 * upload throughput against scp of the same file in the same run, and wall time and memory for 1, 10 and 50 hosts
 * whose network has 20 ms of added round-trip time. Prints ratios; run as root: `node test/bench/hosts.ts`.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hostConnector } from "../../src/hosts/connect.ts";
import { forEachHost } from "../../src/hosts/for-each-host.ts";
import type { Op } from "../../src/hosts/op.ts";
import { addressOf, aroundOf } from "../component/hosts/around.ts";
import { type Sshd, startSshd } from "../component/hosts/sshd.ts";

const uploadBytes = 200_000_000;
const uploadRounds = 5;
const hostCounts = [1, 10, 50];
const oneWayLatencyMs = 10;

await benchUpload();
await benchManyHosts();

async function benchUpload(): Promise<void> {
  await using server = await startSshd();
  const folder = await mkdtemp(join(tmpdir(), "slipway-bench-"));
  const source = join(folder, "source");
  execFileSync("sh", ["-c", `head -c ${uploadBytes} /dev/urandom >${source}`]);
  const host = await hostConnector(aroundOf(server))(addressOf(server));
  const ratios: number[] = [];
  try {
    for (let round = 0; round < uploadRounds; round += 1) {
      const scp = await seconds(async () => scpTo(server, source, join(folder, "by-scp")));
      // Only we wait until the file is on disk; what scp left in memory must not stand in the way of that.
      execFileSync("sync", [join(folder, "by-scp")]);
      const ours = await seconds(() => host.upload(source, join(folder, `by-us-${round}`), { mode: 0o644 }));
      ratios.push(scp / ours);
      console.log(`upload of ${uploadBytes / 1e6} MB: scp ${scp.toFixed(2)} s, ours ${ours.toFixed(2)} s`);
    }
  } finally {
    await host.close();
    await rm(folder, { recursive: true });
  }
  console.log(`upload throughput against scp: ${median(ratios).toFixed(2)} (target at least 0.8)`);
}

function scpTo(server: Sshd, source: string, target: string): void {
  const options = ["-q", "-F", "none", "-o", `UserKnownHostsFile=${server.knownHosts}`, "-i", server.keyPath];
  execFileSync("scp", [...options, "-P", String(server.port), source, `root@127.0.0.1:${target}`]);
}

async function benchManyHosts(): Promise<void> {
  const servers: Sshd[] = [];
  let wires: ChildProcess | undefined;
  try {
    while (servers.length < Math.max(...hostCounts)) servers.push(await startSshd());
    const path = join(import.meta.dirname, "latency-wires.ts");
    const ports = servers.map(({ port }) => String(port));
    wires = spawn(process.execPath, [path, String(oneWayLatencyMs), ...ports], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [printed] = (await once(wires.stdout as NonNullable<typeof wires.stdout>, "data")) as [Buffer];
    const wirePorts = JSON.parse(printed.toString()) as number[];
    await workOn(servers.slice(0, 1), wirePorts, 1);
    const alone = await workOn(servers.slice(0, 1), wirePorts, 1);
    for (const count of hostCounts) {
      for (const concurrency of new Set([10, count])) {
        const wall = await workOn(servers.slice(0, count), wirePorts, concurrency);
        const memory = (process.memoryUsage().rss / 2 ** 20).toFixed(0);
        console.log(
          `${count} hosts, ${concurrency} at a time: ${wall.toFixed(2)} s, ${(wall / alone).toFixed(1)} times one host, rss ${memory} MiB`,
        );
      }
    }
  } finally {
    wires?.kill();
    await Promise.all(servers.map((server) => server.stop()));
  }
}

/** Connects, asks for facts and reads 40 paths, as a run that changes nothing does; gives the wall time in seconds. */
async function workOn(servers: readonly Sshd[], wirePorts: readonly number[], concurrency: number): Promise<number> {
  const [first] = servers;
  if (!first) throw new Error("no server");
  const connect = hostConnector(aroundOf(first));
  const reads: Op[] = Array.from({ length: 40 }, () => ({ kind: "read", path: "/etc/os-release", want: "sha256" }));
  return seconds(async () => {
    const hosts = await forEachHost(
      servers.map((server, index) => ({ server, port: wirePorts[index] ?? 0, name: `host-${index}` })),
      async ({ server, port, name }) => {
        const knownHosts = join(server.folder, "by-wire");
        const host = await connect(addressOf(server, { name, port, knownHosts, hostKeys: "accept-new" }));
        await host.facts();
        await host.batch(reads);
        return host;
      },
      { concurrency },
    );
    for (const outcome of hosts) {
      if (outcome.kind === "failed") throw outcome.error;
      await outcome.value.close();
    }
  });
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1000;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
