/**
 * TCP between pods of two lab hosts by iperf3, over the overlay that slipway-cni lays, against host to host over a plain VXLAN
 * device in the same run. Target: at least 0.85 of the plain device. Needs what the lab needs, kubectl and iperf3. Usage: node
 * test/bench/network.ts [seconds]
 */
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "../../src/base/until.ts";
import { labDown, labUp } from "../../src/lab/lab.ts";
import type { Lab } from "../../src/lab/view.ts";

const seconds = process.argv[2] ?? "2";
const rounds = 4;
const name = `bench-net-${process.pid}`;
const folder = mkdtempSync(join(tmpdir(), "slipway-net-bench-"));
try {
  const lab = await labUp({ name, controlPlanes: 1, workers: 1, packages: ["node"] });
  slipway("apply", "-f", lab.clusterFile);
  const [one, other] = await Promise.all(lab.hosts.map((host) => endOf(lab, host)));
  if (one && other) await compare(one, other);
} finally {
  await labDown({ name });
  rmSync(folder, { recursive: true });
}

type Host = Lab["hosts"][number];
/** A process in the network of a host and one in that of a pod there, by their ids here, and both addresses. */
type End = { readonly host: number; readonly pod: number; readonly address: string; readonly podAddress: string };

async function compare(one: End, other: End): Promise<void> {
  layPlainVxlan(one, { remote: other.address, own: "10.99.0.1/24" });
  layPlainVxlan(other, { remote: one.address, own: "10.99.0.2/24" });
  let [pods, plain] = [0, 0];
  // in turns, and the best of each: what else the machine does then hits both alike
  for (let round = 0; round < rounds; round++) {
    pods = Math.max(pods, await throughput({ server: other.pod, client: one.pod, address: other.podAddress }));
    plain = Math.max(plain, await throughput({ server: other.host, client: one.host, address: "10.99.0.2" }));
  }
  console.log(`pod to pod              ${(pods / 1e9).toFixed(2)} Gbit/s`);
  console.log(`plain VXLAN, host to host ${(plain / 1e9).toFixed(2)} Gbit/s`);
  console.log(`ratio                   ${(pods / plain).toFixed(2)} (at least 0.85)`);
}

/** Starts a pod of each kind on a host; iperf3 is here and not in their image, so it runs here, in their networks. */
async function endOf(lab: Lab, host: Host): Promise<End> {
  const kubeconfig = join(folder, `${host.name}.conf`);
  writeFileSync(kubeconfig, slipway("kubeconfig", "-f", lab.clusterFile), { mode: 0o600 });
  const kubectl = (argv: readonly string[], input = "") =>
    execFileSync("kubectl", ["--kubeconfig", kubeconfig, ...argv], { input, encoding: "utf8" });
  const pod = { name: `pod-${host.name}`, marker: `${process.pid}.1${host.address.replaceAll(".", "")}` };
  const onHost = { name: `host-${host.name}`, marker: `${process.pid}.2${host.address.replaceAll(".", "")}` };
  kubectl(["apply", "-f", "-"], sleeper(pod, host, false));
  kubectl(["apply", "-f", "-"], sleeper(onHost, host, true));
  kubectl(["wait", "pod", pod.name, onHost.name, "--for=condition=Ready", "--timeout=120s"]);
  const podAddress = kubectl(["get", "pod", pod.name, "-o", "jsonpath={.status.podIP}"]);
  return { host: pidOf(onHost.marker), pod: pidOf(pod.marker), address: host.address, podAddress };
}

type Sleeper = { readonly name: string; readonly marker: string };

/** A pod that is found among the processes here by its argument. */
function sleeper({ name: pod, marker }: Sleeper, host: Host, hostNetwork: boolean): string {
  const container = {
    name: "c",
    image: "slipway.local/busybox:1.35.0",
    command: ["sh", "-c", "sleep 3600; exit", marker],
  };
  const spec = { nodeName: host.name, hostNetwork, tolerations: [{ operator: "Exists" }], containers: [container] };
  return JSON.stringify({ apiVersion: "v1", kind: "Pod", metadata: { name: pod }, spec });
}

function pidOf(marker: string): number {
  const isOurs = (pid: string) => argvOf(pid).includes(marker);
  const pid = readdirSync("/proc").find((entry) => /^\d+$/.test(entry) && isOurs(entry));
  if (!pid) throw new Error(`no process has the argument ${marker}`);
  return Number(pid);
}

function argvOf(pid: string): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  } catch {
    return []; // it has ended meanwhile
  }
}

function layPlainVxlan({ host, address }: End, { remote, own }: { remote: string; own: string }): void {
  const [{ mtu: hostMtu }] = JSON.parse(inNetwork(host, "ip", "-j", "link", "show", "host0"));
  const mtu = hostMtu - 50;
  const peers = ["dev", "host0", "local", address, "remote", remote, "dstport", "8473"];
  inNetwork(host, "ip", "link", "add", "plain", "mtu", String(mtu), "type", "vxlan", "id", "99", ...peers);
  inNetwork(host, "ip", "address", "add", own, "dev", "plain");
  inNetwork(host, "ip", "link", "set", "plain", "up");
}

type Path = { readonly server: number; readonly client: number; readonly address: string };

/** Bits a second that the receiver got. */
async function throughput({ server, client, address }: Path): Promise<number> {
  const listening = spawn("nsenter", ["-n", "-t", String(server), "iperf3", "-s", "-1"], { stdio: "ignore" });
  try {
    const isListening = () => inNetwork(server, "ss", "-Hltn", "sport = :5201") !== "";
    await until(isListening, { for: "iperf3", withinMs: 5_000 });
    const report = inNetwork(client, "iperf3", "-J", "-t", seconds, "-c", address);
    return JSON.parse(report).end.sum_received.bits_per_second;
  } finally {
    listening.kill();
  }
}

function inNetwork(pid: number, ...argv: string[]): string {
  return execFileSync("nsenter", ["-n", "-t", String(pid), ...argv], { encoding: "utf8" });
}

function slipway(...argv: string[]): string {
  const launcher = join(import.meta.dirname, "../../bin/slipway");
  return execFileSync(launcher, argv, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}
