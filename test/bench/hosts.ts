/**
 * Measures the hosts room against real sshd processes on this machine:
 * upload throughput against scp of the same file in the same run; wall time for 1, 10 and 50 hosts whose network has
 * 20 ms of added latency in each direction, next to plain ssh by the same way; and memory with 50 and 500 connections.
 * All hosts are this machine, so their shells and servers take their turn on its CPUs: what plain ssh takes there shows
 * how much. Prints ratios; run as root: `node test/bench/hosts.ts`.
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
const oneWayLatencyMs = 20;
const manyConnections = [50, 500];
/** What the servers say would come to this process, which has the connections to mind. */
const quiet = ["LogLevel QUIET"];

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
    while (servers.length < Math.max(...hostCounts)) servers.push(await startSshd({ config: quiet }));
    const path = join(import.meta.dirname, "latency-wires.ts");
    const ports = servers.map(({ port }) => String(port));
    wires = spawn(process.execPath, [path, String(oneWayLatencyMs), ...ports], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [printed] = (await once(wires.stdout as NonNullable<typeof wires.stdout>, "data")) as [Buffer];
    const wirePorts = JSON.parse(printed.toString()) as number[];
    const reached = servers.map((server, index) => ({ server, port: wirePorts[index] ?? 0, name: `host-${index}` }));
    await workOn(reached.slice(0, 1), 1);
    const alone = await middle(() => workOn(reached.slice(0, 1), 1));
    for (const count of hostCounts) {
      for (const concurrency of new Set([10, count])) {
        const wall = await middle(() => workOn(reached.slice(0, count), concurrency));
        const ratio = `${(wall / alone).toFixed(1)} times one host`;
        console.log(`${count} hosts, ${concurrency} at a time: ${wall.toFixed(2)} s, ${ratio}`);
      }
    }
    await benchPlainSsh(reached);
    await benchMemory(reached);
  } finally {
    wires?.kill();
    await Promise.all(servers.map((server) => server.stop()));
  }
}

type Reached = { readonly server: Sshd; readonly port: number; readonly name: string };

/** What `ssh host true` takes by the same wires: the floor of all that starts something on each host. */
async function benchPlainSsh(reached: readonly Reached[]): Promise<void> {
  const on = (few: readonly Reached[]): Promise<number> =>
    seconds(() =>
      Promise.all(
        few.map(async ({ server, port }) => {
          const options = [
            "-F",
            "none",
            "-o",
            `UserKnownHostsFile=${join(server.folder, "by-ssh")}`,
            "-i",
            server.keyPath,
          ];
          const words = [...options, "-o", "StrictHostKeyChecking=accept-new", "-p", String(port), "root@127.0.0.1"];
          const [code] = await once(spawn("ssh", [...words, "true"], { stdio: "ignore" }), "exit");
          if (code !== 0) throw new Error(`ssh ended with ${code}`);
        }),
      ),
    );
  await on(reached);
  const alone = await middle(() => on(reached.slice(0, 1)));
  const all = await middle(() => on(reached));
  console.log(
    `plain ssh to ${reached.length} hosts at once: ${all.toFixed(2)} s, ${(all / alone).toFixed(1)} times one host`,
  );
}

/** Connections that stay open, several to each server, as one run to so many hosts holds them. */
async function benchMemory(reached: readonly Reached[]): Promise<void> {
  for (const count of manyConnections) {
    const names = Array.from({ length: count }, (_, index) => ({
      ...(reached[index % reached.length] as Reached),
      name: `host-${index}`,
    }));
    await workOn(names, 10, (open) => {
      const memory = (process.memoryUsage().rss / 2 ** 20).toFixed(0);
      console.log(`${open} hosts connected at once: this process holds ${memory} MiB`);
    });
  }
}

/** Connects, asks for facts and reads 40 files, as a run that changes nothing does; gives the wall time in seconds. */
async function workOn(
  reached: readonly Reached[],
  concurrency: number,
  whileOpen: (count: number) => void = () => {},
): Promise<number> {
  const [first] = reached;
  if (!first) throw new Error("no server");
  const connect = hostConnector(aroundOf(first.server));
  const wants = ["sha256", "content", "stat"] as const;
  const reads = Array.from({ length: 40 }, (_, index): Op => {
    return { kind: "read", path: "/usr/lib/os-release", want: wants[index % wants.length] ?? "stat" };
  });
  return seconds(async () => {
    const hosts = await forEachHost(
      reached,
      async ({ server, port, name }) => {
        const knownHosts = join(server.folder, "by-wire");
        const host = await connect(addressOf(server, { name, port, knownHosts, hostKeys: "accept-new" }));
        await host.facts();
        await host.batch(reads);
        return host;
      },
      { concurrency },
    );
    whileOpen(hosts.length);
    for (const outcome of hosts) {
      if (outcome.kind === "failed") throw outcome.error;
      await outcome.value.close();
    }
  });
}

/** The middle one of three runs. */
async function middle(measure: () => Promise<number>): Promise<number> {
  return median([await measure(), await measure(), await measure()]);
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1000;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
