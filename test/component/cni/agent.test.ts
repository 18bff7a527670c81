import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { until } from "../../../src/base/until.ts";
import { LastKnown } from "../../../src/components/cni/last-known.ts";
import { sh } from "../netns.ts";

/** The agent as a process in a network namespace of its own, with a kubeconfig that leads nowhere. */
const namespace = `sc-agent-${process.pid}`;
const folder = mkdtempSync(join(tmpdir(), "slipway-agent-"));
const stateDir = join(folder, "state");
const agents: ReturnType<typeof spawn>[] = [];

beforeAll(() => {
  sh(`ip netns add ${namespace}
ip -n ${namespace} link set lo up
ip -n ${namespace} link add eth0 type veth peer name far
ip -n ${namespace} address add 10.1.0.1/24 dev eth0
ip -n ${namespace} link set eth0 up`);
  writeFileSync(
    join(folder, "kubeconfig"),
    "apiVersion: v1\nkind: Config\ncurrent-context: c\nclusters: [{ name: c, cluster: { server: 'https://127.0.0.1:1' } }]\n" +
      "contexts: [{ name: c, context: { cluster: c, user: u } }]\nusers: [{ name: u, user: { token: t } }]\n",
  );
});

afterAll(() => {
  for (const agent of agents) agent.kill("SIGKILL");
  sh(`ip netns delete ${namespace}`);
  rmSync(folder, { recursive: true });
});

it("an agent that starts without an API server makes the network that was last known", async () => {
  await new LastKnown(stateDir).save({
    self: { name: "n1", address: "10.1.0.1", podCidr: "10.244.1.0/24" },
    others: [{ name: "n2", address: "10.1.0.2", podCidr: "10.244.2.0/24" }],
  });
  const said = start("n1");
  await until(() => said().includes("network ready"), { for: "the agent to converge", withinMs: 60_000 }).catch(
    telling(said),
  );
  expect(sh(`ip -n ${namespace} route show proto 76`)).toContain("10.244.2.0/24 via 10.244.2.0 dev slipway.1");
  expect(said()).toContain("without the API server");
});

it("an agent that has never known its network touches nothing", async () => {
  const former = agents.at(-1);
  former?.kill("SIGKILL");
  await until(() => former?.signalCode === "SIGKILL", { for: "the former agent's end", withinMs: 60_000 });
  sh(`ip -n ${namespace} link delete slipway.1`);
  mkdirSync(stateDir, { recursive: true });
  writeFileSync(join(stateDir, "nodes.json"), '{"self":{"name":"n2"},"others":7}');
  const said = start("n2");
  await until(() => said().includes("no pod CIDR or address yet"), {
    for: "the agent to look",
    withinMs: 60_000,
  }).catch(telling(said));
  expect(sh(`ip -n ${namespace} link show type vxlan`)).toBe("");
});

/** Throws a wait's error with what the agent has said. */
function telling(said: () => string): (thrown: Error) => never {
  return (thrown) => {
    throw new Error(`${thrown.message}; the agent has said:\n${said()}`, { cause: thrown });
  };
}

/** Starts an agent; gives what it has said so far. */
function start(nodeName: string): () => string {
  const main = join(import.meta.dirname, "../../../src/components/cni/main.ts");
  const flags = {
    kubeconfig: join(folder, "kubeconfig"),
    "node-name": nodeName,
    "pod-network-cidr": "10.244.0.0/16",
    "conf-dir": folder,
    "state-dir": stateDir,
    "healthz-port": "0",
  };
  const argv = Object.entries(flags).map(([name, value]) => `--${name}=${value}`);
  const agent = spawn("ip", ["netns", "exec", namespace, process.execPath, main, ...argv]);
  agents.push(agent);
  let said = "";
  agent.stderr.on("data", (chunk: Buffer) => {
    said += chunk;
  });
  return () => said;
}
