/**
 * Measures whole clusters on lab hosts, and prints each figure with its mark: `node test/bench/cluster.ts [PART…]`. The parts, all
 * of them unless named: `up` (bare hosts to Ready Nodes, a run with nothing to do, a fourth host), `steps` (init and join on
 * prepared hosts) and `idle` (memory and CPU of a control plane).
 */
import { homedir } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { cacheFolder } from "../../src/cli/session/folders.ts";
import { slipwayVersion } from "../../src/cli/slipway-version.ts";
import { defaultKubernetesVersion } from "../../src/config/kubeadm/distribution.ts";
import { buildDistribution } from "../../src/runtime/build-distribution.ts";
import { BenchLab, mostSessions, slipway } from "./cluster/bench-lab.ts";
import { type Figure, printed, seconds } from "./cluster/figure.ts";
import { footprint } from "./cluster/footprint.ts";

const idleSeconds = 120;

const parts: Readonly<Record<string, () => Promise<readonly Figure[]>>> = { up, steps, idle };
const named = process.argv.slice(2);
const unknown = named.filter((name) => !(name in parts));
if (unknown.length > 0)
  throw new Error(`no such part: ${unknown.join(", ")}; choose from ${Object.keys(parts).join(", ")}`);
// what hosts run is built once and kept: that is no part of any figure
const cache = cacheFolder(process.env, homedir());
await buildDistribution({ cache, version: slipwayVersion, kubernetesVersion: defaultKubernetesVersion });
for (const [name, part] of Object.entries(parts)) {
  if (named.length > 0 && !named.includes(name)) continue;
  for (const figure of await part()) console.log(printed(figure));
}

/** Bare hosts, booted, with Debian's packages in their own cache; then the same again, and one host more. */
async function up(): Promise<readonly Figure[]> {
  await using bench = await BenchLab.up({ controlPlanes: 1, workers: 2 });
  const apply = () => slipway("apply", "-f", bench.lab.clusterFile);
  const bringUp = await seconds(() => apply().then(() => bench.untilReady(3)));
  await bench.countSessions();
  const again = [await noChange(bench), await noChange(bench), await noChange(bench)];
  const median = again.toSorted((a, b) => a.wall - b.wall)[1] ?? { wall: Number.NaN, trips: Number.NaN };
  return [
    { what: "bare hosts to 3 Ready Nodes by apply", unit: "s", figure: bringUp, mark: 60 },
    { what: "apply with nothing to do on 3 hosts, median of 3", unit: "s", figure: median.wall, mark: 2 },
    { what: "round trips of it on the host with the most", unit: "commands", figure: median.trips, mark: 5 },
    ...(await fourthHost(bench)),
  ];
}

type Run = { readonly wall: number; readonly trips: number };

async function noChange(bench: BenchLab): Promise<Run> {
  const names = bench.lab.hosts.map(({ name }) => name);
  const before = await bench.sessions();
  const wall = await seconds(() => slipway("apply", "-f", bench.lab.clusterFile));
  return { wall, trips: mostSessions(before, await bench.sessions(), names) };
}

/** What a fourth, bare host costs in a run over all, beside a run over a fifth alone. */
async function fourthHost(bench: BenchLab): Promise<readonly Figure[]> {
  const { clusterFile } = bench.lab;
  await bench.grow({ controlPlanes: 1, workers: 3 });
  const whole = await seconds(() => slipway("apply", "-f", clusterFile));
  await bench.grow({ controlPlanes: 1, workers: 4 });
  const alone = await seconds(() => slipway("apply", "-f", clusterFile, "--hosts", "worker4"));
  const what = "a fourth, bare host by apply of the whole file";
  return [{ what, unit: "s", figure: whole, mark: alone + 2, beside: `such a host alone ${alone.toFixed(1)} s` }];
}

/** Hosts that are prepared, with the runtime and the images there. */
async function steps(): Promise<readonly Figure[]> {
  await using bench = await BenchLab.up({ controlPlanes: 1, workers: 1, packages: ["node"] });
  const prepared = ["prepare", "runtime", "images", "kubelet"].flatMap((phase) => ["--phase", phase]);
  await slipway("apply", "-f", bench.lab.clusterFile, ...prepared);
  let told = "";
  const init = await seconds(async () => {
    told = await slipway("init", ...bench.on("cp1"));
  });
  await bench.untilReady(1);
  const dns = await seconds(() => bench.untilDnsReady());
  const [, , ...command] = /slipway join .*/.exec(told)?.[0].split(" ") ?? [];
  const join = await seconds(() => slipway("join", ...command, ...bench.on("worker1")));
  const ready = await seconds(() => bench.untilReady(2));
  return [
    { what: "init on a prepared host", unit: "s", figure: init, mark: 5, beside: "upstream 6.4" },
    { what: "cluster DNS ready after its Node", unit: "s", figure: dns, mark: 5, beside: "upstream 15" },
    { what: "a worker's join on a prepared host", unit: "s", figure: join, mark: 1.5, beside: "upstream 0.8" },
    { what: "its Node Ready after that", unit: "s", figure: ready, mark: 1, beside: "upstream 0.4" },
  ];
}

/** A control plane that has nothing to do. */
async function idle(): Promise<readonly Figure[]> {
  await using bench = await BenchLab.up({ controlPlanes: 1, workers: 0, packages: ["node"] });
  await slipway("apply", "-f", bench.lab.clusterFile);
  await bench.untilDnsReady();
  const begun = await footprint(bench);
  await sleep(idleSeconds * 1000);
  const ended = await footprint(bench);
  for (const { name, rssMiB, cpuSeconds } of ended.programs) {
    console.log(`  ${name}: ${rssMiB.toFixed(0)} MiB, ${cpuSeconds.toFixed(1)} s of CPU since its start`);
  }
  const cpu = (100 * (ended.cpuSeconds - begun.cpuSeconds)) / (ended.atSeconds - begun.atSeconds);
  return [
    {
      what: "resident memory of a control plane",
      unit: "MiB",
      figure: ended.rssMiB,
      mark: 700,
      beside: "upstream 820",
    },
    { what: "its CPU over two idle minutes", unit: "% of a core", figure: cpu, mark: 6, beside: "upstream 7.6" },
  ];
}
