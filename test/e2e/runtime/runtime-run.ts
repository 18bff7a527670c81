import { readFile } from "node:fs/promises";
import { ClusterHosts } from "../../../src/apply/cluster-hosts.ts";
import { requireCluster } from "../../../src/config/cluster/parse-cluster.ts";
import type { Host } from "../../../src/hosts/host.ts";
import type { Lab } from "../../../src/lab/view.ts";
import { buildClusterContext } from "../../../src/phases/cluster/build-cluster-context.ts";
import type { ClusterContext } from "../../../src/phases/cluster/cluster-context.ts";
import type { RunEventBody } from "../../../src/phases/engine/event.ts";
import type { Mode, Phase } from "../../../src/phases/engine/phase.ts";
import type { RunSummary } from "../../../src/phases/engine/run/run-summary.ts";
import { runWorkflow } from "../../../src/phases/engine/run/run-workflow.ts";
import { images } from "../../../src/phases/images.ts";
import { runtime } from "../../../src/phases/runtime.ts";
import type { Distribution } from "../../../src/runtime/distribution.ts";

export type RunOptions = {
  readonly mode?: Mode;
  readonly phases?: readonly Phase<ClusterContext>[];
  readonly runtime?: Partial<ClusterContext["runtime"]>;
  /** Variables of every host, as `environment` of a cluster file. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly only?: readonly string[];
  /** Interrupts the run when it gives true for something that the run tells. */
  readonly interruptOn?: (event: RunEventBody) => boolean;
};

export type RuntimeRun = {
  readonly summary: RunSummary;
  readonly events: readonly RunEventBody[];
  /** `action resource` of what differed, each with the host in front. */
  readonly changes: readonly string[];
};

/** Runs the runtime's two phases on the hosts of a lab over SSH. */
export async function runRuntime(lab: Lab, distribution: Distribution, options: RunOptions = {}): Promise<RuntimeRun> {
  const file = requireCluster({ file: lab.clusterFile, text: await readFile(lab.clusterFile, "utf8"), env: {} });
  const hosts = new ClusterHosts(file.cluster, { home: lab.dir, env: {}, user: "root" });
  const events: RunEventBody[] = [];
  const interrupt = new AbortController();
  try {
    const connected = new Map<string, Host>(
      await Promise.all(hosts.sources.map(async ({ name, connect }) => [name, await connect()] as const)),
    );
    const facts = new Map(
      await Promise.all([...connected].map(async ([name, host]) => [name, await host.facts()] as const)),
    );
    const context = withEnvironment(
      options.environment,
      buildClusterContext({
        file,
        distribution: async () => distribution,
        hostNamed: async (name) => connected.get(name) as Host,
        factsOf: (name) => facts.get(name),
        now: () => new Date(),
      }),
    );
    const summary = await runWorkflow<ClusterContext>({
      phases: options.phases ?? [runtime, images],
      context: { ...context, runtime: { ...context.runtime, ...options.runtime } },
      hosts: hosts.sources.filter(({ name }) => options.only?.includes(name) ?? true),
      mode: options.mode ?? "apply",
      report: (event) => {
        events.push(event);
        if (options.interruptOn?.(event)) interrupt.abort(new Error("interrupted"));
      },
      signal: interrupt.signal,
      now: () => new Date(),
      lock: {
        owner: {
          run: `run-${process.pid}`,
          user: "test",
          machine: "here",
          pid: process.pid,
          since: new Date().toISOString(),
        },
        isDead: () => true,
        isBreaking: false,
      },
    });
    return { summary, events, changes: changesOf(events) };
  } finally {
    await hosts.close();
  }
}

function withEnvironment(environment: RunOptions["environment"], context: ClusterContext): ClusterContext {
  if (!environment || !context.hostSettings) return context;
  const hosts = [...context.hostSettings.hosts].map(([name, host]) => [name, { ...host, environment }] as const);
  return { ...context, hostSettings: { ...context.hostSettings, hosts: new Map(hosts) } };
}

function changesOf(events: readonly RunEventBody[]): string[] {
  return events.flatMap((event) =>
    event.kind === "resource" && event.action !== "none" ? [`${event.host}: ${event.action} ${event.resource}`] : [],
  );
}
