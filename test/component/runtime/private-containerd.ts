import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { until } from "../../../src/base/until.ts";
import { type CriClient, criClient } from "../../../src/kube/cri/client.ts";

/** A containerd of a test's own: root, state, socket and pod network under one temporary folder. */
export type PrivateContainerd = {
  readonly folder: string;
  readonly socket: string;
  readonly cri: CriClient;
  /** Runs ctr in the k8s.io namespace and gives what it printed. */
  ctr(...args: string[]): Promise<string>;
  stop(): Promise<void>;
};

/** Starts one and waits for its CRI; needs root and Debian's containerd, runc and containernetworking-plugins. */
export async function startContainerd(): Promise<PrivateContainerd> {
  const folder = await mkdtemp(join(tmpdir(), "slipway-ctd-"));
  const socket = join(folder, "containerd.sock");
  await writeFile(join(folder, "config.toml"), configuration(folder, socket));
  await mkdir(join(folder, "net.d"));
  await writeFile(join(folder, "net.d", "10-test.conflist"), podNetwork(folder));
  const daemon = spawn("containerd", ["--config", join(folder, "config.toml")], { stdio: ["ignore", "pipe", "pipe"] });
  for (const stream of [daemon.stdout, daemon.stderr])
    stream.pipe(createWriteStream(join(folder, "log"), { flags: "a" }));
  const cri = criClient(socket);
  const ctr = async (...args: string[]) => (await execa("ctr", ["-a", socket, "-n", "k8s.io", ...args])).stdout;
  const stop = () => stopContainerd({ folder, cri, daemon });
  try {
    await until(async () => (await cri.status({})).status?.conditions[0]?.status, {
      for: "containerd",
      withinMs: 20_000,
    });
  } catch (thrown) {
    const log = await readFile(join(folder, "log"), "utf8").catch(() => "containerd wrote nothing; is it installed?");
    await stop();
    throw new Error(`containerd did not start: ${log.slice(-1500)}`, { cause: thrown });
  }
  return { folder, socket, cri, ctr, stop };
}

async function stopContainerd({ folder, cri, daemon }: { folder: string; cri: CriClient; daemon: ChildProcess }) {
  const { items } = await cri.listPodSandbox({}).catch(() => ({ items: [] }));
  for (const { id } of items) {
    await cri.stopPodSandbox({ podSandboxId: id }).catch(() => {});
    await cri.removePodSandbox({ podSandboxId: id }).catch(() => {});
  }
  cri.close();
  const ended = new Promise((resolve) => daemon.once("exit", resolve));
  if (daemon.exitCode === null && daemon.kill("SIGTERM")) await ended;
  await until(() => rm(folder, { recursive: true, force: true }).then(() => true), {
    for: `${folder} to go`,
    withinMs: 10_000,
  });
}

/** Without CAP_SYS_RESOURCE no sandbox starts unless oom_score_adj is left alone. */
function configuration(folder: string, socket: string): string {
  return `version = 2
root = "${folder}/root"
state = "${folder}/state"
[grpc]
  address = "${socket}"
[plugins."io.containerd.internal.v1.opt"]
  path = "${folder}/opt"
[plugins."io.containerd.grpc.v1.cri"]
  restrict_oom_score_adj = true
  sandbox_image = "slipway.local/pause:3.10.2"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "${folder}/net.d"
`;
}

function podNetwork(folder: string): string {
  const ipam = { type: "host-local", dataDir: join(folder, "ipam"), ranges: [[{ subnet: "198.18.213.0/24" }]] };
  return JSON.stringify({ cniVersion: "0.4.0", name: "test", plugins: [{ type: "ptp", ipam }] });
}
