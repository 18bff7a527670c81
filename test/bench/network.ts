/**
 * TCP between pods of two nodes by iperf3, over the overlay that slipway-cni lays, against host to host over a plain VXLAN
 * device in the same run. Nodes and pods are network namespaces on one link of MTU 1400. Target: at least 0.85 of the plain
 * device. Needs root, ip, nft, iperf3. Usage: node test/bench/network.ts [seconds]
 */
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "../../src/base/until.ts";

const seconds = process.argv[2] ?? "2";
const nodes = [1, 2].map((number) => ({
  number,
  node: `sb-n${number}-${process.pid}`,
  pod: `sb-p${number}-${process.pid}`,
  peer: { name: `n${number}`, address: `10.1.0.${number}`, podCidr: `10.244.${number}.0/24` },
}));
const folder = mkdtempSync(join(tmpdir(), "slipway-net-bench-"));
const [first, second] = nodes;
try {
  if (first && second) await compare(first, second);
} finally {
  for (const { node, pod } of nodes) sh(`ip netns delete ${pod} || true; ip netns delete ${node} || true`);
  rmSync(folder, { recursive: true });
}

type Node = (typeof nodes)[number];

async function compare(one: Node, other: Node): Promise<void> {
  sh(`ip netns add ${one.node}; ip netns add ${other.node}
ip -n ${one.node} link add eth0 mtu 1400 type veth peer name eth0 mtu 1400 netns ${other.node}`);
  for (const each of nodes) lay(each);
  for (const each of nodes) converge(each);
  let [pods, plain] = [0, 0];
  // in turns, and the best of each: what else the machine does then hits both alike
  for (let round = 0; round < 4; round++) {
    pods = Math.max(pods, await throughput({ server: other.pod, client: one.pod, address: "10.244.2.2" }));
    plain = Math.max(plain, await throughput({ server: other.node, client: one.node, address: "10.99.0.2" }));
  }
  console.log(`pod to pod              ${(pods / 1e9).toFixed(2)} Gbit/s`);
  console.log(`plain VXLAN, host to host ${(plain / 1e9).toFixed(2)} Gbit/s`);
  console.log(`ratio                   ${(pods / plain).toFixed(2)} (at least 0.85)`);
}

/** A node with its uplink, a pod behind it, and a plain VXLAN device beside. */
function lay({ number, node, pod }: Node): void {
  sh(`ip -n ${node} address add 10.1.0.${number}/24 dev eth0
ip -n ${node} link set lo up
ip -n ${node} link set eth0 up
ip netns exec ${node} sysctl -qw net.ipv4.ip_forward=1
ip -n ${node} link add plain mtu 1350 type vxlan id 99 dev eth0 local 10.1.0.${number} remote 10.1.0.${3 - number} dstport 8473
ip -n ${node} address add 10.99.0.${number}/24 dev plain
ip -n ${node} link set plain up
ip netns add ${pod}
ip -n ${node} link add pod mtu 1350 type veth peer name eth0 mtu 1350 netns ${pod}
ip -n ${node} address add 10.244.${number}.1/24 dev pod
ip -n ${node} link set pod up
ip -n ${pod} address add 10.244.${number}.2/24 dev eth0
ip -n ${pod} link set eth0 up
ip -n ${pod} route add default via 10.244.${number}.1`);
}

function converge(self: Node): void {
  const runner = join(import.meta.dirname, "../component/cni/converge-node.ts");
  const flags = { backend: "vxlan", podNetwork: "10.244.0.0/16", confDir: join(folder, String(self.number)) };
  const others = nodes.filter((node) => node !== self).map(({ peer }) => peer);
  const wish = JSON.stringify({ self: self.peer, others, flags });
  execFileSync("ip", ["netns", "exec", self.node, process.execPath, runner, wish]);
}

/** Bits a second that the receiver got. */
async function throughput({
  server,
  client,
  address,
}: Record<"server" | "client" | "address", string>): Promise<number> {
  const listening = spawn("ip", ["netns", "exec", server, "iperf3", "-s", "-1"], { stdio: "ignore" });
  try {
    await until(() => sh(`ip netns exec ${server} ss -Hltn sport = :5201`) !== "", { for: "iperf3", withinMs: 5_000 });
    const report = sh(`ip netns exec ${client} iperf3 -J -t ${seconds} -c ${address}`);
    return JSON.parse(report).end.sum_received.bits_per_second;
  } finally {
    listening.kill();
  }
}

function sh(script: string): string {
  return execFileSync("sh", ["-ec", script], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}
