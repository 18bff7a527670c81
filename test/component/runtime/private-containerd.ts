import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { until } from "../../../src/base/until.ts";
import { type CriClient, criClient } from "../../../src/kube/cri/client.ts";
import { certsDirectory, containerdConfig } from "../../../src/runtime/containerd/config.ts";
import { configFormatOf } from "../../../src/runtime/containerd/config-format.ts";
import { registryFiles } from "../../../src/runtime/containerd/hosts-toml.ts";
import type { RuntimeWish } from "../../../src/runtime/runtime-wish.ts";
import { packagesOfSuite } from "../../debian-suite.ts";

/** A containerd of a test's own: root, state, socket and pod network under one temporary folder. */
export type PrivateContainerd = {
  readonly folder: string;
  readonly socket: string;
  readonly cri: CriClient;
  /** The folder of its containerd and ctr. */
  readonly programs: string;
  /** Runs ctr in the k8s.io namespace and gives what it printed. */
  ctr(...args: string[]): Promise<string>;
  stop(): Promise<void>;
};

/** The containerds that tests run: this machine's release has 1.6, a later one 2. */
export const containerdSeries = ["1.6", "2"] as const;
export type ContainerdOptions = {
  readonly series: (typeof containerdSeries)[number];
  readonly registries?: RuntimeWish["registries"];
};

/** The folder of containerd's programs. */
async function programsOf(series: ContainerdOptions["series"]): Promise<string> {
  return series === "1.6"
    ? "/usr/bin"
    : join(await packagesOfSuite("forky", ["containerd", "docker-registry"]), "usr/bin");
}

/** Starts one and waits for its CRI; needs root and Debian's containerd, runc and containernetworking-plugins. */
export async function startContainerd({ series, registries = {} }: ContainerdOptions): Promise<PrivateContainerd> {
  const programs = await programsOf(series);
  const folder = await mkdtemp(join(tmpdir(), "slipway-ctd-"));
  const socket = join(folder, "containerd.sock");
  await writeSettings(folder, { socket, registries, series });
  const daemon = spawn(join(programs, "containerd"), ["--config", join(folder, "config.toml")], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, PATH: `${programs}:${process.env.PATH}` },
  });
  for (const stream of [daemon.stdout, daemon.stderr])
    stream.pipe(createWriteStream(join(folder, "log"), { flags: "a" }));
  const cri = criClient(socket);
  const ctr = async (...args: string[]) =>
    (await execa(join(programs, "ctr"), ["-a", socket, "-n", "k8s.io", ...args], { timeout: 60_000 })).stdout;
  const stop = () => stopContainerd({ folder, cri, daemon });
  try {
    await until(async () => (await cri.status({})).status?.conditions[0]?.status, {
      for: "containerd",
      withinMs: 60_000,
    });
  } catch (thrown) {
    const log = await readFile(join(folder, "log"), "utf8").catch(() => "containerd wrote nothing; is it installed?");
    await stop();
    throw new Error(`containerd did not start: ${log.slice(-1500)}`, { cause: thrown });
  }
  return { folder, socket, cri, programs, ctr, stop };
}

async function stopContainerd({ folder, cri, daemon }: { folder: string; cri: CriClient; daemon: ChildProcess }) {
  const { items } = await cri.listPodSandbox({}).catch(() => ({ items: [] }));
  for (const { id } of items) {
    await cri.stopPodSandbox({ podSandboxId: id }).catch(() => {});
    await cri.removePodSandbox({ podSandboxId: id }).catch(() => {});
  }
  cri.close();
  daemon.kill("SIGTERM");
  const ended = () => daemon.exitCode !== null || daemon.signalCode !== null;
  await until(ended, { for: "containerd's end", withinMs: 60_000, everyMs: 20 }).catch(() => daemon.kill("SIGKILL"));
  await until(() => rm(folder, { recursive: true, force: true }).then(() => true), {
    for: `${folder} to go`,
    withinMs: 60_000,
  });
}

/** Our own settings, as hosts get them, with every path of the system's moved into the folder. */
async function writeSettings(
  folder: string,
  { socket, registries, series }: Required<ContainerdOptions> & { socket: string },
): Promise<void> {
  const moved = (text: string) =>
    text
      .replaceAll(certsDirectory, join(folder, "certs.d"))
      .replaceAll("/etc/cni/net.d", join(folder, "net.d"))
      .replaceAll("/opt/cni/bin", "/usr/lib/cni");
  const ours = containerdConfig({
    wish: { registries },
    sandboxImage: "slipway.local/pause:3.10.2",
    format: configFormatOf(series),
    cgroupDriver: "cgroupfs",
    // without CAP_SYS_RESOURCE no sandbox starts unless oom_score_adj is left alone
    restrictOomScoreAdj: true,
  });
  const files = Object.entries(registries).flatMap(([name, wish]) => registryFiles(name, wish));
  for (const { path, content } of [
    { path: join(folder, "config.toml"), content: placed(folder, socket, ours) },
    { path: join(folder, "net.d", "10-test.conflist"), content: podNetwork(folder) },
    ...files,
  ]) {
    await mkdir(dirname(moved(path)), { recursive: true });
    await writeFile(moved(path), moved(content));
  }
}

/** Settings with which a second containerd does not touch what the machine's own uses. */
function placed(folder: string, socket: string, settings: string): string {
  return `root = "${folder}/root"
state = "${folder}/state"
${settings}
[grpc]
address = "${socket}"
[plugins."io.containerd.internal.v1.opt"]
path = "${folder}/opt"
[plugins."io.containerd.nri.v1.nri"]
disable = true
`;
}

function podNetwork(folder: string): string {
  const ipam = { type: "host-local", dataDir: join(folder, "ipam"), ranges: [[{ subnet: "198.18.213.0/24" }]] };
  return JSON.stringify({ cniVersion: "0.4.0", name: "test", plugins: [{ type: "ptp", ipam }] });
}
