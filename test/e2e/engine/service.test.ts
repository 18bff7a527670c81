import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ClusterHosts } from "../../../src/apply/cluster-hosts.ts";
import { until } from "../../../src/base/until.ts";
import { requireCluster } from "../../../src/config/cluster/parse-cluster.ts";
import type { RunEventBody } from "../../../src/phases/engine/event.ts";
import type { Phase } from "../../../src/phases/engine/phase.ts";
import type { Resource } from "../../../src/phases/engine/resource.ts";
import { action } from "../../../src/phases/engine/resources/action.ts";
import { file } from "../../../src/phases/engine/resources/file.ts";
import { service } from "../../../src/phases/engine/resources/service.ts";
import { systemdUnit } from "../../../src/phases/engine/resources/systemd-unit.ts";
import type { RunSummary } from "../../../src/phases/engine/run/run-summary.ts";
import { runWorkflow } from "../../../src/phases/engine/run/run-workflow.ts";
import { useLab } from "../fixtures/lab.ts";

const lab = useLab({ controlPlanes: 1, workers: 0 });
let hosts: ClusterHosts;
beforeAll(async () => {
  const { clusterFile, dir } = lab.lab;
  const { cluster } = requireCluster({ file: clusterFile, text: await readFile(clusterFile, "utf8"), env: {} });
  hosts = new ClusterHosts(cluster, { home: dir, env: {}, user: "root" });
});
afterAll(() => hosts.close());

const unit = systemdUnit(
  "napper.service",
  "[Service]\nExecStart=/bin/sh -c 'exec sleep $(cat /etc/napper)'\n[Install]\nWantedBy=multi-user.target\n",
);
const settings = (seconds: number) => file("/etc/napper", { content: `${seconds}\n` });
const napper = (config: Resource) => [unit, config, service("napper", { restartOn: [unit, config] })];

type Result = { readonly summary: RunSummary; readonly changes: readonly string[] };

async function apply(...resources: readonly Resource[]): Promise<Result> {
  const events: RunEventBody[] = [];
  const phase: Phase<null> = { id: "napper", title: "napper", appliesTo: () => true, resources: () => resources };
  const summary = await runWorkflow<null>({
    phases: [phase],
    context: null,
    hosts: hosts.sources,
    mode: "apply",
    report: (event) => events.push(event),
    signal: new AbortController().signal,
    now: () => new Date(),
    lock: {
      owner: { run: "r", user: "tester", machine: "here", pid: process.pid, since: new Date().toISOString() },
      isDead: () => false,
      isBreaking: false,
    },
  });
  const changes = events.flatMap((event) =>
    event.kind === "resource" && event.outcome === "done" ? [`${event.action} ${event.resource}`] : [],
  );
  return { summary, changes };
}

/** What the service was started with: systemd counts it as started while its shell still comes to the `sleep`. */
async function sleepsFor(): Promise<string> {
  const pid = (await lab.run("cp1", ["systemctl", "show", "--property", "MainPID", "--value", "napper"])).trim();
  const sleeps = async () => {
    const argv = (await lab.run("cp1", ["cat", `/proc/${pid}/cmdline`])).replaceAll("\0", " ").trim();
    return argv.startsWith("sleep ") && argv;
  };
  return until(sleeps, { for: `process ${pid} of the service to sleep`, withinMs: 60_000 });
}

it("starts and enables a new service, and leaves a running one alone", async () => {
  const first = await apply(...napper(settings(1000)));
  expect(first.summary.errors).toEqual([]);
  expect(first.changes).toEqual([
    "create file:/etc/systemd/system/napper.service",
    "create file:/etc/napper",
    "update service:napper",
  ]);
  expect(await lab.run("cp1", ["systemctl", "is-enabled", "napper"])).toContain("enabled");
  expect((await apply(...napper(settings(1000)))).changes).toEqual([]);
});

it("restarts it when its settings move", async () => {
  expect((await apply(...napper(settings(2000)))).changes).toEqual([
    "update file:/etc/napper",
    "update service:napper",
  ]);
  expect(await sleepsFor()).toBe("sleep 2000");
});

it("restarts it in the next run when this one ends between the write and the restart", async () => {
  const breaking = action("break", { makes: "broken", check: ["false"], run: [["false"]] });
  const [write, config, start] = napper(settings(3000)) as [Resource, Resource, Resource];
  const { summary } = await apply(write, config, breaking, start);
  expect(summary.errors[0]?.details.code).toBe("RESOURCE_FAILED");
  expect(await sleepsFor()).toBe("sleep 2000");
  expect((await apply(write, config, start)).changes).toEqual(["update service:napper"]);
  expect(await sleepsFor()).toBe("sleep 3000");
});

it("restarts it when its settings were changed on the host and mended", async () => {
  await lab.run("cp1", ["sh", "-c", "echo 4000 > /etc/napper; systemctl restart napper"]);
  await apply(...napper(settings(3000)));
  expect(await sleepsFor()).toBe("sleep 3000");
});

it("starts it again when it was stopped", async () => {
  await lab.run("cp1", ["systemctl", "disable", "--now", "napper"]);
  expect((await apply(...napper(settings(3000)))).changes).toEqual(["update service:napper"]);
  expect(await sleepsFor()).toBe("sleep 3000");
});

it("says why a service does not start, in the words of its journal", async () => {
  const broken = systemdUnit(
    "broken.service",
    "[Service]\nType=oneshot\nExecStart=/bin/sh -c 'echo no such thing; exit 3'\n",
  );
  const { summary } = await apply(broken, service("broken", { enabled: true, restartOn: [broken] }));
  expect(summary.errors[0]?.details).toMatchObject({ code: "RESOURCE_FAILED", host: "cp1", phase: "napper" });
  expect(summary.errors[0]?.message).toContain("no such thing");
});
