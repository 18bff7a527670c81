/**
 * Measures the engine on this machine, each host being a folder of its own: round trips of a run that changes nothing,
 * wall time and memory for 1, 50 and 500 hosts. Prints ratios: `node test/bench/engine.ts`.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { localHost } from "../../src/hosts/local.ts";
import type { RunEventBody } from "../../src/phases/engine/event.ts";
import type { Mode, Phase } from "../../src/phases/engine/phase.ts";
import { file } from "../../src/phases/engine/resources/file.ts";
import type { RunSummary } from "../../src/phases/engine/run/run-summary.ts";
import { runWorkflow } from "../../src/phases/engine/run/run-workflow.ts";

const hostCounts = [1, 50, 500];
const phaseCount = 6;
const filesPerPhase = 5;

type Context = { readonly folder: string };

const phases: readonly Phase<Context>[] = Array.from({ length: phaseCount }, (_, phase) => ({
  id: `phase-${phase}`,
  title: `phase ${phase}`,
  appliesTo: () => true,
  resources: ({ folder }, { host }) =>
    Array.from({ length: filesPerPhase }, (_, index) =>
      file(join(folder, host.name, `${phase}-${index}`), { content: `${phase} ${index}\n` }),
    ),
}));

const folder = await mkdtemp(join(tmpdir(), "slipway-bench-"));
try {
  let alone = 0;
  for (const count of hostCounts) {
    await measured(count, "apply");
    const { seconds, roundTrips, summary } = await measured(count, "apply");
    const planned = await measured(count, "plan");
    if (summary.changes > 0 || planned.summary.changes > 0) throw new Error("the second run changed something");
    alone ||= seconds;
    const memory = (process.memoryUsage().rss / 2 ** 20).toFixed(0);
    console.log(
      `${count} hosts, nothing to change: ${roundTrips} round trips a host (plan ${planned.roundTrips}; target at most 3), ` +
        `${seconds.toFixed(2)} s, ${(seconds / alone / count).toFixed(2)} of one host's time a host, rss ${memory} MiB`,
    );
  }
} finally {
  await rm(folder, { recursive: true });
}

type Measured = { readonly seconds: number; readonly roundTrips: number; readonly summary: RunSummary };

async function measured(count: number, mode: Mode): Promise<Measured> {
  let roundTrips = 0;
  const report = (event: RunEventBody) => {
    // A host counts as connected when it has told its facts.
    if (event.kind === "host-connected") roundTrips += 1;
    if (event.kind === "command" && event.command.startsWith("batch of")) roundTrips += 1;
  };
  const begun = performance.now();
  const summary = await runWorkflow<Context>({
    phases,
    context: { folder },
    hosts: Array.from({ length: count }, (_, index) => sourceOf(`host-${index}`)),
    mode,
    report,
    signal: new AbortController().signal,
    now: () => new Date(),
    lock: { owner: owner(), isDead: () => false, isBreaking: false },
    pathsOf: (host) => ({ journal: join(folder, host, "journal.json"), lock: join(folder, host, "lock") }),
  });
  if (summary.errors[0]) throw summary.errors[0];
  return { seconds: (performance.now() - begun) / 1000, roundTrips: roundTrips / count, summary };
}

function sourceOf(name: string) {
  const around = { home: folder, env: {}, user: "root" };
  return { name, connect: () => localHost({ kind: "local", name }, around) };
}

function owner() {
  return { run: "bench", user: "bench", machine: "here", pid: process.pid, since: new Date().toISOString() };
}
