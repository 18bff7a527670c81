import { spawn } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "../../../src/base/until.ts";
import { baseTable } from "../../../src/components/proxy/rules/base-table.ts";
import { rulesetMaker } from "../../../src/components/proxy/rules/ruleset.ts";
import { noRules, transaction } from "../../../src/components/proxy/rules/transaction.ts";
import type { Endpoint, ServicePort } from "../../../src/components/proxy/services/service-port.ts";
import { endpoint as endpointAt, servicePort } from "../../components/proxy/service-port-fixture.ts";
import { nftIn, sh } from "../netns.ts";

/** A node's network namespace, one for each of two pods and one outside, joined by veth pairs: real packets through real nftables. */
const names = {
  node: `sw-node-${process.pid}`,
  pods: [`sw-pod1-${process.pid}`, `sw-pod2-${process.pid}`],
  outside: `sw-out-${process.pid}`,
};
const local = { is: "ip saddr { 10.244.0.0/16 }", isNot: "ip saddr != { 10.244.0.0/16 }" };
const ruleset = rulesetMaker({ family: "ip", local, masqueradeAll: false, nodePortIps: ["10.244.1.1"] });
const servers: ReturnType<typeof spawn>[] = [];
let current = noRules;

beforeAll(async () => {
  sh(
    `ip netns add ${names.node}; ip -n ${names.node} link set lo up; ip netns exec ${names.node} sysctl -qw net.ipv4.ip_forward=1`,
  );
  join(names.outside, { link: "out", network: "198.51.100" });
  for (const [index, pod] of names.pods.entries()) {
    const id = index + 1;
    join(pod, { link: `p${id}`, network: `10.244.${id}` });
    servers.push(
      inNamespace(
        pod,
        `while :; do printf 'HTTP/1.0 200 OK\\r\\n\\r\\npod${id}' | busybox nc -l -p 8080 >/dev/null; done`,
      ),
    );
  }
  sh(`ip -n ${names.node} route add default via 10.244.1.2`); // as nodes have one: packets to a cluster IP must be routed before they are rewritten
  nftIn(names.node, baseTable("ip", { masqueradeMark: "0x4000" }));
  await until(() => sh(`ip netns exec ${names.node} curl -sS -m 2 http://10.244.1.2:8080 || true`) === "pod1", {
    for: "pod1's server",
    withinMs: 60_000,
  });
});

afterAll(() => {
  for (const server of servers) if (server.pid) process.kill(-server.pid, "SIGKILL");
  for (const name of [names.node, names.outside, ...names.pods]) sh(`ip netns delete ${name} || true`);
});

describe("packets to a service", () => {
  it("reach every endpoint from the host", async () => {
    apply([servicePort({ endpoints: [endpoint(1), endpoint(2)] })]);
    expect(await answers(names.node, "10.96.0.10", 60)).toEqual(new Set(["pod1", "pod2"]));
  });

  it("reach the pod itself through its own service", async () => {
    apply([servicePort({ endpoints: [endpoint(1)] })]);
    expect(await answers(names.pods[0]!, "10.96.0.10", 2)).toEqual(new Set(["pod1"]));
  });

  it("stay with one endpoint under session affinity", async () => {
    apply([servicePort({ endpoints: [endpoint(1), endpoint(2)], affinitySeconds: 100 })]);
    expect((await answers(names.node, "10.96.0.10", 8)).size).toBe(1);
  });

  it("reach those that are left when endpoints come and go", async () => {
    for (const present of [[1, 2], [2], [1, 2], [1]]) {
      apply([servicePort({ endpoints: present.map(endpoint) })]);
      const expected = new Set(present.map((id) => `pod${id}`));
      expect(await answers(names.node, "10.96.0.10", present.length > 1 ? 60 : 8)).toEqual(expected);
    }
  });

  it("come in by external addresses and a load balancer's, from the networks that it is open to", async () => {
    const loadBalancer = { loadBalancerIps: ["192.0.2.20"], loadBalancerSourceRanges: ["10.244.1.0/24"] };
    apply([servicePort({ endpoints: [endpoint(1), endpoint(2)], externalIps: ["192.0.2.10"], ...loadBalancer })]);
    expect(await answers(names.pods[1]!, "192.0.2.10", 60)).toEqual(new Set(["pod1", "pod2"]));
    expect(await answers(names.pods[0]!, "192.0.2.20", 60)).toEqual(new Set(["pod1", "pod2"]));
    expect(() => sh(`ip netns exec ${names.pods[1]} curl -sS -m 1 http://192.0.2.20`)).toThrow(/timed out/);
  });

  it("from outside go to this node's endpoints only under externalTrafficPolicy Local", async () => {
    const local = { endpoints: [endpoint(1), endpointAt("10.244.2.2")], externalTrafficPolicy: "Local" as const };
    apply([servicePort({ ...local, externalIps: ["192.0.2.10"], nodePort: 30080 })]);
    expect(await answers(names.outside, "192.0.2.10", 8)).toEqual(new Set(["pod1"]));
    expect(await answers(names.outside, "10.244.1.1:30080", 1)).toEqual(new Set(["pod1"]));
  });

  it("come in by a node port", async () => {
    apply([servicePort({ endpoints: [endpoint(2)], nodePort: 30080 })]);
    expect(await answers(names.pods[0]!, "10.244.1.1:30080", 1)).toEqual(new Set(["pod2"]));
  });

  it("are refused at once when no endpoint is left", () => {
    apply([servicePort({ endpoints: [] })]);
    // 7: could not connect; where nothing answers it would be 28, after the time that is given
    expect(() => sh(`ip netns exec ${names.node} curl -sS -m 20 http://10.96.0.10`)).toThrow(/curl: \(7\)/);
  });
});

/** Joins a namespace to the node's by a link of its own: the node is .1, it is .2. */
function join(namespace: string, { link, network }: { link: string; network: string }): void {
  sh(`ip netns add ${namespace}
ip -n ${names.node} link add ${link} type veth peer name eth0 netns ${namespace}
ip -n ${names.node} address add ${network}.1/24 dev ${link}
ip -n ${names.node} link set ${link} up
ip -n ${namespace} address add ${network}.2/24 dev eth0
ip -n ${namespace} link set lo up
ip -n ${namespace} link set eth0 up
ip -n ${namespace} route add default via ${network}.1`);
}

function endpoint(id: number): Endpoint {
  return endpointAt(`10.244.${id}.2`, { isLocal: true });
}

function apply(services: readonly ServicePort[]): void {
  const next = ruleset(services);
  nftIn(names.node, transaction("ip", current, next));
  current = next;
}

/** Who answers, over so many requests, or until all pods did; a pod's server is away for a moment after each. */
async function answers(namespace: string, address: string, times: number): Promise<Set<string>> {
  const found = new Set<string>();
  for (let turn = 0; turn < times && found.size < names.pods.length; turn++) {
    const body = await until(
      () => sh(`ip netns exec ${namespace} curl -sS -m 2 http://${address} 2>/dev/null || true`) || undefined,
      {
        for: `an answer of ${address}`,
        withinMs: 60_000,
      },
    );
    found.add(body);
  }
  return found;
}

function inNamespace(namespace: string, script: string) {
  return spawn("ip", ["netns", "exec", namespace, "sh", "-c", script], { stdio: "ignore", detached: true });
}
