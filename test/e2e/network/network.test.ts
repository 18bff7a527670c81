import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { until } from "../../../src/base/until.ts";
import { labReboot } from "../../../src/lab/power.ts";
import { slipwayDone, useKubectl } from "../fixtures/cluster.ts";
import { useLab } from "../fixtures/lab.ts";
import { ClusterNetwork, hostnamesIn, manyTimes, type Pod } from "./cluster-network.ts";
import { programs } from "./programs.ts";
import { workload } from "./workload.ts";

describe("the network of three hosts", () => {
  const hosts = useLab({ controlPlanes: 1, workers: 2, packages: ["node"] });
  const kubectl = useKubectl(hosts);
  const network = new ClusterNetwork(hosts, kubectl);
  let pods: readonly Pod[] = [];
  let client = "";

  beforeAll(async () => {
    await slipwayDone("apply", "-f", hosts.lab.clusterFile);
    await kubectl(["apply", "-f", "-"], `${programs}---${workload}`);
    await kubectl(["rollout", "status", "daemonset/echo", "deployment/shrinking", "--timeout=240s"]);
    await kubectl(["wait", "pod", "-l", "app in (server,client)", "--for=condition=Ready", "--timeout=240s"]);
    await kubectl(["-n", "kube-system", "rollout", "status", "deployment/coredns", "--timeout=240s"]);
    pods = await network.pods("app=echo");
    client = (await network.pods("app=client"))[0]?.address ?? "";
  });

  it("takes pods to pods of the same and of other hosts with their own addresses", async () => {
    const urls = pods.map(({ address }) => `http://${address}:8080/`);
    for (const from of pods) {
      const answers = await answersOfAll(() => network.fromPod(from.name, ...urls));
      expect(answers.match(/^client=.*/gm)).toEqual(pods.map(() => `client=${from.address}`));
    }
  });

  it("gives pods the largest packets that the overlay carries", async () => {
    const mtuOf = (link: string) => ["cat", `/sys/class/net/${link}/mtu`];
    const inPod = await kubectl(["exec", podOn("worker1").name, "--", ...mtuOf("eth0")]);
    expect(Number(inPod)).toBe(Number(await hosts.run("worker1", mtuOf("host0"))) - 50);
  });

  it("hides pods behind their host when they talk to the outside", async () => {
    const clients: (string | undefined)[] = [];
    const outside = createServer(({ socket }, response) => {
      clients.push(socket.remoteAddress?.replace("::ffff:", ""));
      response.end();
    });
    await new Promise<void>((resolve) => outside.listen(0, resolve));
    try {
      const { port } = outside.address() as AddressInfo;
      const gateway = network.addressOf("worker1").replace(/\.\d+$/, ".1");
      await network.fromPod(podOn("worker1").name, `http://${gateway}:${port}/`);
      expect(clients).toEqual([network.addressOf("worker1")]);
    } finally {
      outside.close();
    }
  });

  it("takes pods, hosts and the outside to services, at each of their addresses", async () => {
    const clusterIp = await network.clusterIpOf("echo");
    const { name } = podOn("worker1");
    const nodePort = `http://${network.addressOf("worker1")}:30080/`;
    for (const url of ["http://echo/", "http://away/", nodePort]) {
      await answersOfAll(() => network.fromPod(name, ...manyTimes(url)));
    }
    for (const url of [`http://${clusterIp}/`, "http://192.0.2.10/"]) {
      await answersOfAll(() => network.fromHost("worker1", ...manyTimes(url)));
    }
    await answersOfAll(() => network.fromOutside(...manyTimes(nodePort)));
  });

  it("takes a pod to itself through its own service", async () => {
    const url = `http://${await network.clusterIpOf("client")}/`;
    const get = `fetch("${url}").then((response) => response.json()).then(({ client }) => console.log(client))`;
    const ask = () => kubectl(["exec", "client", "--", "/usr/local/bin/node", "-e", get]);
    const seen = await until(ask, { for: "the client's own service to answer", withinMs: 60_000 });
    expect(seen.trim()).not.toBe("");
  });

  it("opens a load balancer's address to its source ranges, and tells the balancer where the pods are", async () => {
    const status = { status: { loadBalancer: { ingress: [{ ip: "192.0.2.20" }] } } };
    await kubectl([
      "patch",
      "service",
      "balanced",
      "--subresource=status",
      "--type=merge",
      "-p",
      JSON.stringify(status),
    ]);
    const url = "http://192.0.2.20/";
    const fromPod = (...urls: string[]) => network.fromPod(podOn("worker1").name, ...urls);
    await answersOfAll(() => fromPod(...manyTimes(url)));
    expect(await network.endOf("worker1", url, 1)).toMatchObject({ exitCode: 28 });
    const port = await kubectl(["get", "service", "balanced", "-o", "jsonpath={.spec.healthCheckNodePort}"]);
    const ask = () => network.fromOutside(`http://${network.addressOf("worker2")}:${port}/`);
    const health = JSON.parse(await until(ask, { for: "worker2 to tell of its pods", withinMs: 60_000 }));
    expect(health).toMatchObject({ service: { name: "balanced" }, localEndpoints: 1 });
  });

  it("keeps a client with its pod under session affinity", async () => {
    const url = `http://${await network.clusterIpOf("sticky")}/`;
    expect(hostnamesIn(await network.fromHost("worker1", ...manyTimes(url))).size).toBe(1);
  });

  it("keeps the client's address under externalTrafficPolicy Local, and answers from the same host", async () => {
    for (const host of ["worker1", "worker2"]) {
      const url = `http://${network.addressOf(host)}:30081/`;
      await until(() => network.fromOutside(url), { for: `${host} to serve its pod`, withinMs: 60_000 });
      const answers = await network.fromOutside(...manyTimes(url));
      expect(hostnamesIn(answers)).toEqual(new Set([podOn(host).name]));
      expect(answers).toContain(`client=${network.addressOf(host).replace(/\.\d+$/, ".1")}\n`);
    }
  });

  it("refuses at once what no pod serves, from the first and after the last was taken away", async () => {
    const shrinking = `http://${await network.clusterIpOf("shrinking")}/`;
    const isServed = async () => (await network.endOf("worker1", shrinking, 10)).exitCode === 0;
    await until(isServed, { for: "an answer", withinMs: 60_000 });
    await kubectl(["scale", "deployment/shrinking", "--replicas=0"]);
    const isRefused = async () => (await network.endOf("worker1", shrinking, 10)).exitCode === 7;
    await until(isRefused, { for: "a refusal", withinMs: 60_000 });
    for (const url of [shrinking, `http://${await network.clusterIpOf("nobody")}/`]) {
      const { exitCode, seconds } = await network.endOf("worker1", url, 10);
      expect(exitCode).toBe(7);
      expect(seconds).toBeLessThan(1);
    }
  });

  describe.each(["+notcp", "+tcp"])("answers dig %s for", (protocol) => {
    const dig = (name: string, type: string) => network.dig(`${name}.`, type, protocol);
    const domain = "default.svc.cluster.local";

    it("services and their ports", async () => {
      const clusterIp = await network.clusterIpOf("echo");
      expect(await dig(`echo.${domain}`, "A")).toEqual([clusterIp]);
      expect(await dig(`echo.${domain}`, "AAAA")).toEqual([]);
      expect(await dig(`_http._tcp.echo.${domain}`, "SRV")).toEqual([`0 100 80 echo.${domain}.`]);
      expect(await dig(`_packets._udp.server.${domain}`, "SRV")).toEqual([`0 100 9001 server.${domain}.`]);
      expect(await dig(reverseOf(clusterIp), "PTR")).toEqual([`echo.${domain}.`]);
      expect(await dig(`away.${domain}`, "CNAME")).toEqual([`echo.${domain}.`]);
      expect(await dig(`away.${domain}`, "A")).toEqual([`echo.${domain}.`, clusterIp]);
    });

    it("the pods of headless services, by each and by name", async () => {
      expect((await dig(`each.${domain}`, "A")).sort()).toEqual(pods.map(({ address }) => address).sort());
      const a = (await network.pods("who=server-a"))[0]?.address ?? "";
      expect(await dig(`server-a.servers.${domain}`, "A")).toEqual([a]);
      expect((await dig(`_lines._tcp.servers.${domain}`, "SRV")).sort()).toEqual([
        `0 50 9000 server-a.servers.${domain}.`,
        `0 50 9000 server-b.servers.${domain}.`,
      ]);
      expect(await dig(reverseOf(a), "PTR")).toEqual([`server-a.servers.${domain}.`]);
    });

    it("pods, the version, and what does not exist", async () => {
      const { address } = podOn("worker1");
      expect(await dig(`${address.replaceAll(".", "-")}.default.pod.cluster.local`, "A")).toEqual([address]);
      expect(await dig("dns-version.cluster.local", "TXT")).toEqual(['"1.1.0"']);
      expect((await dig("cluster.local", "SOA")).join()).toContain("ns.dns.cluster.local.");
      expect(await dig(`nothing.${domain}`, "A")).toEqual([]);
    });
  });

  it("leads the packets of a UDP client to a service's new pods", async () => {
    const answering = async () =>
      JSON.parse(await network.fromHost("worker1", `http://${client}:8080/udp`)) as string[];
    await until(async () => (await answering()).at(-1) === "server-a", { for: "server-a", withinMs: 60_000 });
    const selector = JSON.stringify({ spec: { selector: { who: "server-b" } } });
    await kubectl(["patch", "service", "switched", "-p", selector]);
    await until(async () => (await answering()).at(-1) === "server-b", { for: "server-b", withinMs: 60_000 });
    expect(await answering()).toEqual(["server-a", "server-b"]);
  });

  it("loses no connection and no name while its components are killed and restarted", async () => {
    const tell = (path: string) => hosts.run("worker1", ["curl", "-sS", "-m", "60", `http://${client}:8080/${path}`]);
    await tell("begin");
    for (const host of ["worker1", "worker2"]) await killAll(host, ["/[k]ube-proxy --config", "/[s]lipway-cni --kube"]);
    await killAll((await network.pods("k8s-app=kube-dns", "kube-system"))[0]?.node ?? "", ["/[c]oredns -conf"]);
    await hosts.run("worker1", ["systemctl", "restart", "kubelet"]);
    await killAll("cp1", ["/[k]ube-apiserver --"]);
    // what serves names goes in a turn of its own: its new addresses are for a kube-proxy to tell
    for (const addons of [["daemonset/kube-proxy", "daemonset/slipway-cni"], ["deployment/coredns"]]) {
      const restart = () => kubectl(["-n", "kube-system", "rollout", "restart", ...addons]);
      await until(restart, { for: "the API server", withinMs: 120_000, everyMs: 250 });
      await kubectl(["-n", "kube-system", "rollout", "status", ...addons, "--timeout=240s"]);
    }
    const { failures, ...met } = JSON.parse(await tell("end"));
    expect(failures).toEqual([]);
    for (const count of Object.values(met)) expect(count).toBeGreaterThan(50);
  });

  it("sends nothing to a pod one second after its deletion", async () => {
    // the best of a few: a busy machine is slow to look
    const isDrained = async () => (await drainedWithinMs()) < 1_000;
    await until(isDrained, { for: "a pod to be drained within 1 s", withinMs: 120_000 });
  });

  it("is all there again after a host's reboot", async () => {
    await labReboot({ name: hosts.lab.name, hosts: ["worker2"] });
    await until(isWhole, { for: "worker2's pod to reach and be reached", withinMs: 240_000, everyMs: 500 });
  });

  it("takes plain routes instead of tunnels with backend host-gw", async () => {
    const text = await readFile(hosts.lab.clusterFile, "utf8");
    const file = join(dirname(hosts.lab.clusterFile), "host-gw.yaml");
    await writeFile(file, text.replace("\nspec:\n", "\nspec:\n  network: { backend: host-gw }\n"));
    await slipwayDone("apply", "-f", file);
    await kubectl(["-n", "kube-system", "rollout", "status", "daemonset/slipway-cni", "--timeout=240s"]);
    // the agent's pod counts as ready from its start
    const hasRoutes = async () => {
      const links = await hosts.run("worker1", ["sh", "-c", "ip link show type vxlan; ip route"]);
      if (links.includes(`via ${network.addressOf("worker2")} dev`) && !links.includes("slipway.1")) return true;
      throw new Error(links);
    };
    await until(hasRoutes, { for: "worker1 to have routes in place of the tunnel", withinMs: 120_000 });
    await until(isWhole, { for: "pods to reach each other by plain routes", withinMs: 120_000 });
    expect(await hasRoutes()).toBe(true);
  });

  const names = () => new Set(pods.map(({ name }) => name));

  /** Answers in which each pod had a part, once its hosts have heard of all pods. */
  function answersOfAll(ask: () => Promise<string>): Promise<string> {
    const asked = async () => {
      const answers = await ask();
      const met = hostnamesIn(answers);
      if (pods.every(({ name }) => met.has(name)) && met.size === pods.length) return answers;
      throw new Error(`${[...met]} answered, of ${[...names()]}`);
    };
    return until(asked, { for: "all pods to answer", withinMs: 60_000 });
  }

  function podOn(host: string): Pod {
    const pod = pods.find(({ node }) => node === host);
    if (!pod) throw new Error(`no pod echo runs on ${host}`);
    return pod;
  }

  /** Kills the oldest process of each kind (CoreDNS may have two on a host), and waits until others have taken their places. */
  async function killAll(host: string, programs: readonly string[]): Promise<void> {
    const pidsOf = async (program: string) =>
      (await hosts.exec(host, ["pgrep", "-f", program])).stdout.trim().split("\n");
    for (const program of programs) {
      const before = await pidsOf(program);
      await hosts.run(host, ["pkill", "-9", "-o", "-f", program]);
      const isBack = async () => {
        const now = await pidsOf(program);
        return now.length === before.length && now.some((pid) => pid !== "" && !before.includes(pid));
      };
      await until(isBack, { for: `${program} to run again`, withinMs: 120_000 });
    }
  }

  /** Pods of both workers reach each other, and services by their names. */
  async function isWhole(): Promise<boolean> {
    pods = await network.pods("app=echo");
    const [one, two] = [podOn("worker1"), podOn("worker2")];
    const there = await network.fromPod(one.name, `http://${two.address}:8080/`);
    const back = await network.fromPod(two.name, `http://${one.address}:8080/`, "http://echo/");
    return there.includes(two.name) && back.includes(one.name);
  }

  /** Milliseconds from the deletion of a pod until another host's rules have lost it; its successor runs afterwards. */
  async function drainedWithinMs(): Promise<number> {
    pods = await network.pods("app=echo");
    const { name, address } = podOn("worker2");
    const isThere = `nft list table ip kube-proxy | grep -qw '${address}'`;
    await until(() => hosts.run("worker1", ["sh", "-c", isThere]), { for: `rules for ${address}`, withinMs: 60_000 });
    // it looks from before the deletion on, and hosts have this machine's clock: what kubectl and SSH take is not measured
    const script = `while ${isThere}; do sleep 0.02; done; date +%s%3N`;
    const gone = hosts.run("worker1", ["timeout", "60", "sh", "-c", script]);
    await kubectl(["delete", "pod", name, "--wait=false"]);
    const deletedAt = Date.now();
    const drainedMs = Number(await gone) - deletedAt;
    await kubectl(["rollout", "status", "daemonset/echo", "--timeout=240s"]);
    return drainedMs;
  }
});

function reverseOf(address: string): string {
  return `${address.split(".").reverse().join(".")}.in-addr.arpa`;
}
