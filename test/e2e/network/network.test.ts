import { execa } from "execa";
import { beforeAll, describe, expect, it } from "vitest";
import { until } from "../../../src/base/until.ts";
import { labReboot } from "../../../src/lab/power.ts";
import { slipwayDone, useKubectl } from "../fixtures/cluster.ts";
import { useLab } from "../fixtures/lab.ts";
import { workload } from "./workload.ts";

type Pod = { readonly name: string; readonly node: string; readonly address: string };

describe("the network of three hosts", () => {
  const hosts = useLab({ controlPlanes: 1, workers: 2, packages: ["node"] });
  const kubectl = useKubectl(hosts);
  let pods: readonly Pod[] = [];

  beforeAll(async () => {
    await slipwayDone("apply", "-f", hosts.lab.clusterFile);
    await kubectl(["apply", "-f", "-"], workload);
    await kubectl(["rollout", "status", "daemonset/echo", "--timeout=120s"]);
    await kubectl(["-n", "kube-system", "rollout", "status", "deployment/coredns", "--timeout=120s"]);
    pods = await echoPods();
  });

  it("takes pods to pods of the same and of other hosts with their own addresses", async () => {
    for (const from of pods) {
      for (const to of pods) {
        const answer = await fromPod(from, `http://${to.address}:8080/`);
        expect(answer).toContain(`hostname=${to.name}`);
        expect(answer).toContain(from.address);
      }
    }
  });

  it("takes pods, hosts and the outside to services, at each of their addresses", async () => {
    const clusterIp = await clusterIpOf("echo");
    const names = new Set(pods.map(({ name }) => name));
    expect(await answering(() => fromPod(pods[0]!, "http://echo/"))).toEqual(names);
    expect(await answering(() => fromHost("worker1", `http://${clusterIp}/`))).toEqual(names);
    expect(await answering(() => fromHost("cp1", "http://192.0.2.10/"))).toEqual(names);
    expect(await answering(() => fromOutside(`http://${addressOf("worker1")}:30080/`))).toEqual(names);
  });

  it("keeps a client with its pod under session affinity", async () => {
    const sticky = await clusterIpOf("sticky");
    const seen = new Set<string>();
    for (let turn = 0; turn < 8; turn++) seen.add(hostnameOf(await fromHost("worker1", `http://${sticky}/`)));
    expect(seen.size).toBe(1);
  });

  it("keeps the client's address under externalTrafficPolicy Local, and answers from the same host", async () => {
    for (const { name, address, role } of hosts.lab.hosts) {
      if (role !== "worker") continue;
      const answer = await fromOutside(`http://${address}:30081/`);
      expect(hostnameOf(answer)).toBe(pods.find(({ node }) => node === name)?.name);
      expect(answer).toMatch(new RegExp(`client=\\[?(::ffff:)?${address.replace(/\.\d+$/, ".1")}\\]?`));
    }
  });

  it("refuses at once what no pod serves", async () => {
    const nobody = await clusterIpOf("nobody");
    const { exitCode, stdout } = await hosts.exec("worker1", [
      "curl",
      "-s",
      "-m",
      "5",
      "-w",
      "%{time_total}",
      `http://${nobody}/`,
    ]);
    expect(exitCode).toBe(7);
    expect(Number(stdout)).toBeLessThan(1);
  });

  it("resolves names of all kinds, by UDP and TCP", async () => {
    const clusterIp = await clusterIpOf("echo");
    const all = pods.map(({ address }) => address);
    expect(await lookUp("echo.default.svc.cluster.local", "a")).toContain(clusterIp);
    const each = await lookUp("each.default.svc.cluster.local", "a");
    for (const address of all) expect(each).toContain(address);
    expect(await lookUp("_http._tcp.echo.default.svc.cluster.local", "srv")).toContain(
      "80 echo.default.svc.cluster.local",
    );
    expect(await lookUp(`${clusterIp.split(".").reverse().join(".")}.in-addr.arpa`, "ptr")).toContain(
      "echo.default.svc.cluster.local",
    );
    expect(await lookUp("away.default.svc.cluster.local", "cname")).toContain("echo.default.svc.cluster.local");
    expect(await lookUp(`${all[0]?.replaceAll(".", "-")}.default.pod.cluster.local`, "a")).toContain(all[0]);
    expect(await lookUp("dns-version.cluster.local", "txt")).toContain("1.1.0");
  });

  it("loses no request while its components are killed", async () => {
    const clusterIp = await clusterIpOf("echo");
    const url = `http://${clusterIp}/`;
    const load = `for i in $(seq 150); do curl -s -m 3 -o /dev/null ${url} || echo lost $i; sleep 0.03; done`;
    const loaded = hosts.run("worker1", ["sh", "-c", load]);
    for (const program of ["kube-proxy", "slipway-cni"]) {
      await hosts.run("worker1", ["pkill", "-9", "-f", `/usr/local/bin/${program}`]);
    }
    expect(await loaded).toBe("");
  });

  it("sends nothing to a pod one second after its deletion", async () => {
    // the best of a few: a busy machine is slow to look
    await until(async () => (await drainedWithinMs()) < 1_000, {
      for: "a pod to be drained within 1 s",
      withinMs: 120_000,
    });
    pods = await echoPods();
  });

  it("is all there again after a host's reboot", async () => {
    await labReboot({ name: hosts.lab.name, hosts: ["worker2"] });
    await until(
      async () => {
        pods = await echoPods();
        const rebooted = pods.find(({ node }) => node === "worker2");
        const other = pods.find(({ node }) => node === "worker1");
        if (!rebooted || !other) return false;
        const there = await fromPod(other, `http://${rebooted.address}:8080/`);
        const back = await fromPod(rebooted, "http://echo/");
        return there.includes(rebooted.name) && back.includes("hostname=");
      },
      { for: "worker2's pod to be in reach again, and to reach services by name", withinMs: 120_000, everyMs: 1_000 },
    );
  });

  /** Milliseconds from the deletion of a pod until another host's rules have lost it; its successor runs afterwards. */
  async function drainedWithinMs(): Promise<number> {
    const pod = (await echoPods()).find(({ node }) => node === "worker2");
    if (!pod?.address) throw new Error("worker2 has no pod with an address");
    const script = `while nft list table ip kube-proxy | grep -qw '${pod.address}'; do :; done`;
    await kubectl(["delete", "pod", pod.name, "--wait=false"]);
    const deletedAt = performance.now();
    await hosts.run("worker1", ["timeout", "30", "sh", "-c", script]);
    const drainedMs = performance.now() - deletedAt;
    await kubectl(["rollout", "status", "daemonset/echo", "--timeout=60s"]);
    return drainedMs;
  }

  async function echoPods(): Promise<Pod[]> {
    const { items } = JSON.parse(await kubectl(["get", "pods", "-l", "app=echo", "-o", "json"]));
    return items.map(
      ({
        metadata,
        spec,
        status,
      }: {
        metadata: { name: string };
        spec: { nodeName: string };
        status: { podIP: string };
      }) => ({
        name: metadata.name,
        node: spec.nodeName,
        address: status.podIP,
      }),
    );
  }

  async function clusterIpOf(service: string): Promise<string> {
    return kubectl(["get", "service", service, "-o", "jsonpath={.spec.clusterIP}"]);
  }

  function addressOf(host: string): string {
    return hosts.lab.hosts.find(({ name }) => name === host)?.address ?? "";
  }

  function fromPod(pod: Pod, url: string): Promise<string> {
    return kubectl(["exec", pod.name, "--", "wget", "-qO-", url]);
  }

  function fromHost(host: string, url: string): Promise<string> {
    return hosts.run(host, ["curl", "-sS", "-m", "3", url]);
  }

  async function fromOutside(url: string): Promise<string> {
    return (await execa("curl", ["-sS", "-m", "3", url])).stdout;
  }

  function lookUp(name: string, type: string): Promise<string> {
    return kubectl(["exec", pods[0]?.name ?? "", "--", "nslookup", `-type=${type}`, `${name}.`]);
  }

  /** Which pods answer, over so many requests that each of three is very likely met. */
  async function answering(ask: () => Promise<string>): Promise<Set<string>> {
    const seen = new Set<string>();
    for (let turn = 0; turn < 40 && seen.size < pods.length; turn++) seen.add(hostnameOf(await ask()));
    return seen;
  }

  function hostnameOf(answer: string): string {
    return /hostname=(\S+)/.exec(answer)?.[1] ?? "";
  }
});
