import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sh } from "../netns.ts";

/** Two nodes as network namespaces on one link, a pod behind each: real VXLAN, real routes, real pings. */
const id = process.pid;
const nodes = [1, 2].map((number) => ({
  namespace: `sc-n${number}-${id}`,
  pod: `sc-p${number}-${id}`,
  peer: { name: `n${number}`, address: `10.1.0.${number}`, podCidr: `10.244.${number}.0/24` },
  number,
}));
const folder = mkdtempSync(join(tmpdir(), "slipway-cni-"));

beforeAll(() => {
  sh(`ip netns add ${nodes[0]!.namespace}; ip netns add ${nodes[1]!.namespace}
ip -n ${nodes[0]!.namespace} link add eth0 type veth peer name eth0 netns ${nodes[1]!.namespace}`);
  for (const { namespace, pod, number } of nodes) {
    sh(`ip -n ${namespace} address add 10.1.0.${number}/24 dev eth0
ip -n ${namespace} link set lo up
ip -n ${namespace} link set eth0 up
ip netns exec ${namespace} sysctl -qw net.ipv4.ip_forward=1
ip netns add ${pod}
ip -n ${namespace} link add pod type veth peer name eth0 netns ${pod}
ip -n ${namespace} address add 10.244.${number}.1/24 dev pod
ip -n ${namespace} link set pod up
ip -n ${pod} address add 10.244.${number}.2/24 dev eth0
ip -n ${pod} link set eth0 up
ip -n ${pod} route add default via 10.244.${number}.1`);
  }
});

afterAll(() => {
  for (const { namespace, pod } of nodes) sh(`ip netns delete ${pod} || true; ip netns delete ${namespace} || true`);
  rmSync(folder, { recursive: true });
});

describe.each(["vxlan", "host-gw"] as const)("pods of two nodes by %s", (backend) => {
  it("reach each other with their own addresses", () => {
    for (const node of nodes) converge(node.number, backend);
    expect(ping(1, "10.244.2.2")).toContain("1 packets received");
    expect(ping(2, "10.244.1.2")).toContain("1 packets received");
  });

  it("keep doing so when the node converges again, with nothing changed", () => {
    const before = kernelState(1);
    converge(1, backend);
    expect(kernelState(1)).toBe(before);
  });

  it("stop doing so when the other node is gone, and nothing of it stays", () => {
    converge(1, backend, []);
    expect(kernelState(1)).not.toContain("10.244.2.0");
    expect(kernelState(1)).not.toContain("10.1.0.2");
    converge(1, backend);
    expect(ping(1, "10.244.2.2")).toContain("1 packets received");
    for (const { namespace } of nodes) sh(`ip -n ${namespace} route flush proto 76`);
  });
});

it("the runtime finds the plugins' configuration", () => {
  converge(1, "vxlan");
  expect(JSON.parse(readFileSync(join(folder, "1", "10-slipway.conflist"), "utf8")).name).toBe("slipway");
});

it("a pod's packets to the outside bear the node's address", () => {
  converge(1, "vxlan");
  const [here, there] = nodes.map(({ namespace }) => namespace);
  sh(`ip -n ${there} address add 192.0.2.1/32 dev lo; ip -n ${here} route replace 192.0.2.1 via 10.1.0.2`);
  sh(`ip -n ${there} route flush proto 76`); // so that no answer finds its way to the pod's own address
  expect(ping(1, "192.0.2.1")).toContain("1 packets received");
});

function converge(number: number, backend: "vxlan" | "host-gw", others?: unknown[]): void {
  const self = nodes[number - 1]!;
  const rest = others ?? nodes.filter((node) => node !== self).map(({ peer }) => peer);
  const flags = { backend, podNetwork: "10.244.0.0/16", confDir: join(folder, String(number)) };
  const runner = join(import.meta.dirname, "converge-node.ts");
  const input = JSON.stringify({ self: self.peer, others: rest, flags });
  execFileSync("ip", ["netns", "exec", self.namespace, process.execPath, runner, input], { timeout: 60_000 });
}

function kernelState(number: number): string {
  const { namespace } = nodes[number - 1]!;
  return sh(
    `ip -n ${namespace} route show; ip -n ${namespace} -d link show type vxlan; bridge -n ${namespace} fdb show | grep ' dst ' || true; ip -n ${namespace} neigh show nud permanent; ip -n ${namespace} link; ip netns exec ${namespace} nft --handle list ruleset`,
  );
}

/** Until the first answer: links that were made a moment ago may not carry packets yet. */
function ping(number: number, address: string): string {
  const once = `ip netns exec ${nodes[number - 1]!.pod} busybox ping -c 1 -W 2 ${address}`;
  return sh(`for try in 1 2 3 4 5; do ${once} && exit; done; exit 1`);
}
