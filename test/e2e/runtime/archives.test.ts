import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, it } from "vitest";
import { until } from "../../../src/base/until.ts";
import { yaml } from "../../../src/base/yaml.ts";
import type { ArchiveSettings } from "../../../src/config/cluster/runtime-kind.ts";
import { resolveRuntimeWish } from "../../../src/runtime/resolve-runtime-wish.ts";
import { packagesOfSuite } from "../../debian-suite.ts";
import { bounded } from "../fixtures/bounded.ts";
import { slipwayDone, useKubectl } from "../fixtures/cluster.ts";
import { testDistribution } from "../fixtures/distribution.ts";
import { useLab } from "../fixtures/lab.ts";
import { runRuntime } from "./runtime-run.ts";
import { pageOfTwoContainers } from "./two-containers.ts";
import { withCri } from "./with-cri.ts";

const hosts = useLab({ controlPlanes: 1, workers: 0 });
const kubectl = useKubectl(hosts);
let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-archives-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The settings for the containerd of a Debian release, in archives of the shape that the projects publish. */
async function archivesOf(suite: string) {
  const tree = join(folder, suite);
  await mkdir(tree);
  await execa("cp", ["-r", join(await packagesOfSuite(suite, ["containerd"]), "usr", "bin"), tree], bounded);
  return {
    containerd: await archive(await packed(tree, "bin")),
    runc: await archive("/usr/sbin/runc"),
    cniPlugins: await archive(await packed("/usr/lib/cni", ".")),
  };
}

async function packed(tree: string, what: string): Promise<string> {
  const file = join(folder, `${tree.replaceAll("/", "-")}.tgz`);
  await execa("tar", ["--use-compress-program=gzip -1", "-cf", file, "-C", tree, what], bounded);
  return file;
}

async function archive(source: string): Promise<ArchiveSettings> {
  const hash = createHash("sha256").update(await readFile(source));
  return { source, sha256: hash.digest("hex") };
}

const containerdOf = (config: string) => hosts.run("cp1", ["/usr/local/bin/containerd", ...config.split(" ")]);
const configuration = () => hosts.run("cp1", ["cat", "/etc/containerd/config.toml"]);

it("installs containerd 1.7 from release archives on a bare host", async () => {
  const settings = { engine: "containerd", install: "archives", registries: [] } as const;
  const runtime = await resolveRuntimeWish(
    { ...settings, archives: await archivesOf("trixie") },
    { folder, cache: folder, around: { home: folder, env: {}, user: "root" } },
  );
  const distribution = await testDistribution();
  const run = await runRuntime(hosts.lab, distribution, { runtime });
  expect(run.summary.errors).toEqual([]);
  await withCri(hosts.lab, "cp1", async (cri) => {
    expect((await cri.version({})).runtimeVersion).toMatch(/^v?1\.7\./);
    expect(await pageOfTwoContainers(cri)).toContain("hostname=");
  });
  expect(await configuration()).toContain("version = 2");
  expect(await containerdOf("config dump")).toContain('sandbox_image = "slipway.local/pause:3.10.2"');
  const programs = await hosts.run("cp1", ["sh", "-c", "ls /opt/cni/bin; /usr/local/sbin/runc --version"]);
  expect(programs).toMatch(/bridge(.|\n)*runc version/);
  expect((await hosts.exec("cp1", ["dpkg-query", "--show", "containerd"])).exitCode).not.toBe(0);
  expect((await runRuntime(hosts.lab, distribution, { runtime })).changes).toEqual([]);
});

const apply = () => slipwayDone("apply", "-f", hosts.lab.clusterFile, "-o", "plain");
const inPod = ["exec", "deploy/web", "--", "wget", "-qO-"];

it("exchanges it for containerd 2, under a whole cluster: pods, exec, logs", async () => {
  const file = await readFile(hosts.lab.clusterFile, "utf8");
  const runtime = yaml({ install: "archives", archives: await archivesOf("forky") }).replaceAll(/^/gm, "    ");
  const whole = file.replace("role: control-plane", "role: control-plane+worker");
  await writeFile(hosts.lab.clusterFile, `${whole.trimEnd()}\n  runtime:\n${runtime.trimEnd()}\n`);
  await apply();
  const [node] = JSON.parse(await kubectl(["get", "nodes", "-o", "json"])).items;
  expect(node.status.nodeInfo.containerRuntimeVersion).toMatch(/^containerd:\/\/2\./);
  expect(await configuration()).toContain("version = 3");
  expect(await containerdOf("config dump")).toContain("sandbox = 'slipway.local/pause:3.10.2'");
  await kubectl(["create", "deployment", "web", "--image=slipway.local/busybox:1.35.0", "--", ...httpd]);
  await kubectl(["rollout", "status", "deploy/web", "--timeout=240s"]);
  // a pod without a probe counts as ready before its server listens
  const page = await until(() => kubectl([...inPod, "http://127.0.0.1:8080/"]), { for: "the page", withinMs: 60_000 });
  expect(page).toContain("hostname=");
  await until(async () => (await kubectl(["logs", "deploy/web"])).includes("serving"), {
    for: "the pod's log",
    withinMs: 60_000,
  });
});

const httpd = ["sh", "-c", "echo serving; exec httpd -f -p 8080 -h /www"];

it("is left alone by a second apply, and is pushed an image of which one layer is gone", async () => {
  expect(await apply()).toContain("nothing to change");
  const ctr = ["/usr/local/bin/ctr", "--namespace", "k8s.io", "images"];
  await hosts.run("cp1", [...ctr, "remove", "--sync", "slipway.local/busybox:1.35.0"]);
  const push = () => slipwayDone("images", "push-to-hosts", "-f", hosts.lab.clusterFile, "-o", "plain");
  expect(await push()).toContain("images:built-here");
  expect(await hosts.run("cp1", [...ctr, "check"])).toMatch(/busybox:1.35.0 .* complete .* true/);
  expect(await push()).toContain("nothing to change");
});
