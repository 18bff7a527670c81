import { mkdtemp, readdir, readFile, rm, rmdir } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "../../../src/base/until.ts";
import { cacheFolder } from "../../../src/cli/session/folders.ts";
import { taskEvents } from "../../../src/kube/containerd/events.ts";
import { endTask } from "../../../src/kube/containerd/tasks.ts";
import type { ContainerConfig } from "../../../src/kube/cri/container.ts";
import type { PodSandboxConfig } from "../../../src/kube/cri/sandbox.ts";
import { buildImages } from "../../../src/runtime/images/build.ts";
import { writeArchive } from "../../../src/runtime/oci/archive.ts";
import { buildWithinMs, startWithinMs } from "./limits.ts";
import { containerdSeries, type PrivateContainerd, startContainerd } from "./private-containerd.ts";

const busybox = "slipway.local/busybox:1.35.0";
const cgroupParent = `/slipway-test-${process.pid}`;

let containerd: PrivateContainerd;
let folder = "";
let archive = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-pod-"));
  // out of this user's cache, as the command line builds them
  const cache = cacheFolder(process.env, homedir());
  const { images, store } = await buildImages({ cache, kubernetesVersion: "v1.36.2", compression: "zstd" });
  const small = images.filter(({ reference }) => /pause|busybox/.test(reference));
  archive = join(folder, "images.tar");
  await writeArchive(archive, { images: small, store, format: "oci-archive" });
}, buildWithinMs);
afterAll(async () => {
  await removeCgroups();
  await rm(folder, { recursive: true, force: true });
});

/** The parent of the pods' cgroups, in each hierarchy of cgroup v1 or the one of v2. */
async function removeCgroups(): Promise<void> {
  const hierarchies = (await readdir("/sys/fs/cgroup")).map((name) => `/sys/fs/cgroup/${name}`);
  await Promise.allSettled(["/sys/fs/cgroup", ...hierarchies].map((folder) => rmdir(`${folder}${cgroupParent}`)));
}

const pod = (name: string): PodSandboxConfig => ({
  metadata: { name, uid: `${name}-${process.pid}`, namespace: "default" },
  hostname: name,
  logDirectory: join(containerd.folder, "logs", name),
  labels: { app: name },
  linux: { cgroupParent, securityContext: { namespaceOptions: { network: "POD", pid: "CONTAINER" } } },
});

const shell = (name: string, script: string): ContainerConfig => ({
  metadata: { name },
  image: { image: busybox },
  command: ["sh", "-c", script],
  envs: [{ key: "GREETING", value: "grüezi" }],
  logPath: `${name}.log`,
  linux: {
    resources: { memoryLimitInBytes: 64 * 1024 * 1024, cpuShares: 102 },
    securityContext: { runAsUser: { value: 1000 }, supplementalGroups: [2000, 3000], readonlyRootfs: true },
  },
});

async function start(podSandboxId: string, sandboxConfig: PodSandboxConfig, config: ContainerConfig): Promise<string> {
  const { containerId } = await containerd.cri.createContainer({ podSandboxId, sandboxConfig, config });
  await containerd.cri.startContainer({ containerId });
  return containerId;
}

describe.each(containerdSeries)("containerd %s", (series) => {
  beforeAll(async () => {
    containerd = await startContainerd({ series });
    await containerd.ctr("images", "import", archive);
  }, startWithinMs);
  afterAll(() => containerd?.stop());

  it("runs a sandbox whose two containers share a network", async () => {
    const { cri } = containerd;
    const config = pod("two");
    const { podSandboxId } = await cri.runPodSandbox({ config });
    const { status } = await cri.podSandboxStatus({ podSandboxId });
    expect(status).toMatchObject({
      state: "SANDBOX_READY",
      labels: { app: "two" },
      network: { ip: expect.stringMatching(/^198\.18\.213\./) },
    });
    await start(podSandboxId, config, { ...shell("server", ""), command: ["httpd", "-f", "-p", "8080", "-h", "/www"] });
    const client = await start(podSandboxId, config, shell("client", "sleep 600"));
    const cmd = ["wget", "-qO-", "http://127.0.0.1:8080/"];
    const page = await until(
      async () => {
        const done = await cri.execSync({ containerId: client, cmd, timeout: 10 });
        if (done.exitCode !== 0) throw new Error(String(done.stderr));
        return done;
      },
      { for: "a page of the server, which has just started", withinMs: 60_000 },
    );
    expect({ ...page, stdout: String(page.stdout), stderr: String(page.stderr) }).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining("hostname=two"),
    });
    const named = await cri.execSync({
      containerId: client,
      cmd: ["wget", "-qO-", "http://localhost:8080/"],
      timeout: 10,
    });
    expect(named.exitCode, String(named.stderr)).toBe(0);
    const { stdout } = await cri.execSync({
      containerId: client,
      cmd: ["sh", "-c", "id; echo $GREETING; touch /x 2>&1"],
    });
    expect(String(stdout)).toMatch(/uid=1000.*groups=.*2000.*3000.*\n(.|\n)*grüezi\n.*Read-only file system/);
    expect((await cri.listContainers({ filter: { podSandboxId } })).containers).toHaveLength(2);
    const stats = await cri.listContainerStats({ filter: { podSandboxId } });
    expect(stats.stats.every(({ memory }) => (memory?.workingSetBytes?.value ?? 0) > 0)).toBe(true);
  });

  it("tells exit code, log and times of a container that ended, and its event", async () => {
    const { cri } = containerd;
    const ended = new AbortController();
    const events: string[] = [];
    const watching = (async () => {
      for await (const { kind, containerId } of taskEvents(containerd.socket, ended.signal))
        events.push(`${kind} ${containerId}`);
    })();
    const config = pod("short");
    const { podSandboxId } = await cri.runPodSandbox({ config });
    // The runtime notes the start after the process runs: one that ended at once may seem to have ended before it.
    const patient = "echo out; echo err >&2; until [ -e /dev/shm/end ]; do sleep 0.05; done; exit 7";
    const containerId = await start(podSandboxId, config, shell("main", patient));
    await until(() => events.includes(`start ${containerId}`), { for: "the start event", withinMs: 60_000 });
    await cri.execSync({ containerId, cmd: ["touch", "/dev/shm/end"], timeout: 60 });
    const status = await until(
      async () => {
        const { status: now } = await cri.containerStatus({ containerId });
        return now?.state === "CONTAINER_EXITED" && now;
      },
      { for: "the container's end", withinMs: 60_000 },
    );
    expect(status).toMatchObject({ exitCode: 7, reason: "Error", image: { image: busybox } });
    expect(status.finishedAt).toBeGreaterThan(status.startedAt);
    const log = await readFile(join(config.logDirectory ?? "", "main.log"), "utf8");
    expect(log).toMatch(/stdout F out\n(.|\n)*stderr F err\n|stderr F err\n(.|\n)*stdout F out\n/);
    await until(() => events.includes(`exit ${containerId}`), { for: "the exit event", withinMs: 60_000 });
    ended.abort();
    await expect(watching).rejects.toMatchObject({ status: "CANCELLED" });
  });

  it("tells of a container that ran out of memory", async () => {
    const { cri } = containerd;
    const config = pod("greedy");
    const { podSandboxId } = await cri.runPodSandbox({ config });
    const hoard = shell("main", "x=$(yes | head -c 300000000); sleep 600");
    const containerId = await start(podSandboxId, config, hoard);
    const ended = async () => {
      const { status } = await cri.containerStatus({ containerId });
      // why comes as an event of its own, perhaps after that of the end
      return status?.state === "CONTAINER_EXITED" && status.reason !== "Error" && status;
    };
    expect(await until(ended, { for: "the container's end by lack of memory", withinMs: 60_000 })).toMatchObject({
      exitCode: 137,
      reason: "OOMKilled",
    });
  });

  it("stops the sandbox's own process at once", async () => {
    const { cri } = containerd;
    const { podSandboxId } = await cri.runPodSandbox({ config: pod("quick") });
    const began = performance.now();
    await cri.stopPodSandbox({ podSandboxId });
    expect(performance.now() - began).toBeLessThan(8_000);
    await cri.removePodSandbox({ podSandboxId });
    await expect(cri.podSandboxStatus({ podSandboxId })).rejects.toMatchObject({ status: "NOT_FOUND" });
  });

  it("tells its cgroup driver where it knows that call", async () => {
    const asked = containerd.cri.runtimeConfig({});
    if (series === "1.6") await expect(asked).rejects.toMatchObject({ status: "UNIMPLEMENTED" });
    else expect((await asked).linux?.cgroupDriver).toBe("CGROUPFS");
  });

  it("tells what happens to containers where it knows that call", async () => {
    const { cri } = containerd;
    const watching = new AbortController();
    const told: string[] = [];
    const stream = (async () => {
      for await (const event of cri.getContainerEvents({ signal: watching.signal, deadlineMs: 0 }))
        told.push(`${event.containerEventType} ${event.containerId}`);
    })();
    if (series === "1.6") return expect(stream).rejects.toMatchObject({ status: "UNIMPLEMENTED" });
    const config = pod("watched");
    const { podSandboxId } = await cri.runPodSandbox({ config });
    const containerId = await start(podSandboxId, config, shell("main", "exit 3"));
    for (const kind of ["CREATED", "STARTED", "STOPPED"])
      await until(() => told.includes(`CONTAINER_${kind}_EVENT ${containerId}`), { for: kind, withinMs: 60_000 });
    watching.abort();
    return expect(stream).rejects.toMatchObject({ status: "CANCELLED" });
  });

  it("gives gRPC's codes for deadlines and cancelled calls", async () => {
    const { cri } = containerd;
    const config = pod("slow");
    const { podSandboxId } = await cri.runPodSandbox({ config });
    const containerId = await start(podSandboxId, config, shell("main", "sleep 600"));
    const cmd = ["sleep", "5"];
    await expect(cri.execSync({ containerId, cmd }, { deadlineMs: 200 })).rejects.toMatchObject({
      status: "DEADLINE_EXCEEDED",
    });
    const cancelled = new AbortController();
    const call = cri.execSync({ containerId, cmd }, { signal: cancelled.signal });
    setTimeout(() => cancelled.abort(), 100);
    await expect(call).rejects.toMatchObject({ status: "CANCELLED" });
  });

  it("ends a task that the CRI has lost sight of, which keeps its container from being removed", async () => {
    const { cri, ctr, socket } = containerd;
    const config = pod("lost");
    const { podSandboxId } = await cri.runPodSandbox({ config });
    const made = await cri.createContainer({ podSandboxId, sandboxConfig: config, config: shell("main", "sleep 600") });
    await ctr("tasks", "start", "--detach", made.containerId);
    await expect(cri.removeContainer(made)).rejects.toMatchObject({ status: "FAILED_PRECONDITION" });
    await endTask(socket, made.containerId);
    await cri.removeContainer(made);
    await expect(endTask(socket, made.containerId)).rejects.toMatchObject({ status: "NOT_FOUND" });
  });
});

it("says UNAVAILABLE when nothing listens", async () => {
  const { criClient } = await import("../../../src/kube/cri/client.ts");
  await expect(criClient(join(folder, "no.sock")).version({})).rejects.toMatchObject({ status: "UNAVAILABLE" });
});
