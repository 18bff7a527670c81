import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import type { Host } from "../../../src/hosts/host.ts";
import { localHost } from "../../../src/hosts/local.ts";
import type { RunEventBody } from "../../../src/phases/engine/event.ts";
import type { Phase } from "../../../src/phases/engine/phase.ts";
import type { Resource } from "../../../src/phases/engine/resource.ts";
import type { RunSummary } from "../../../src/phases/engine/run/run-summary.ts";
import { runWorkflow } from "../../../src/phases/engine/run/run-workflow.ts";
import type { HostSource, WorkflowRun } from "../../../src/phases/engine/run/workflow-run.ts";

/** This machine as hosts of a run, with everything that the engine writes under one temporary folder. */
export class LocalRun {
  readonly folder: string;
  readonly events: RunEventBody[] = [];
  batches = 0;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async create(): Promise<LocalRun> {
    return new LocalRun(await mkdtemp(join(tmpdir(), "slipway-engine-")));
  }

  path(...parts: string[]): string {
    return join(this.folder, ...parts);
  }

  host(name: string): HostSource {
    const around = { home: this.folder, env: {}, user: userInfo().username };
    const connect = async () => counted(await localHost({ kind: "local", name }, around), () => (this.batches += 1));
    return { name, connect };
  }

  async run(phases: readonly Phase<null>[], options: Partial<WorkflowRun<null>> = {}): Promise<RunSummary> {
    this.events.length = 0;
    this.batches = 0;
    return runWorkflow<null>({
      phases,
      context: null,
      hosts: [this.host("one")],
      mode: "apply",
      report: (event) => this.events.push(event),
      signal: new AbortController().signal,
      now: () => new Date(),
      lock: { owner: owner("run-1"), isDead: () => false, isBreaking: false },
      pathsOf: () => ({ journal: this.path("journal.json"), lock: this.path("lock") }),
      ...options,
    });
  }

  /** Resource reports of the last run as `action id outcome`, without those that were in place. */
  changes(): string[] {
    return this.events.flatMap((event) =>
      event.kind === "resource" && event.action !== "none"
        ? [`${event.action} ${event.resource} ${event.outcome}`]
        : [],
    );
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

export function owner(run: string) {
  return { run, user: "tester", machine: "here", pid: 1, since: "2026-01-02T03:04:05Z" };
}

export function phase(id: string, resources: readonly Resource[], more: Partial<Phase<null>> = {}): Phase<null> {
  return { id, title: id, appliesTo: () => true, resources: () => resources, ...more };
}

function counted(host: Host, count: () => void): Host {
  return new Proxy(host, {
    get(target, key) {
      if (key === "batch") count();
      const value = Reflect.get(target, key) as unknown;
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
