import { describe, expect, it } from "vitest";
import type { InitInput } from "../../../src/config/kubeadm/load/init-input.ts";
import type { Facts } from "../../../src/hosts/facts.ts";
import type { OpResult } from "../../../src/hosts/op.ts";
import type { Check } from "../../../src/phases/engine/check.ts";
import { externalEtcdChecks } from "../../../src/phases/preflight/external-etcd-checks.ts";
import { checksOfFacts } from "../../../src/phases/preflight/fact-checks.ts";
import { fleetChecks } from "../../../src/phases/preflight/fleet-checks.ts";
import { ignoring } from "../../../src/phases/preflight/ignored.ts";
import { kernelConfigCheck } from "../../../src/phases/preflight/kernel-config-check.ts";
import { pathChecks } from "../../../src/phases/preflight/path-checks.ts";
import { portChecks, portsIn } from "../../../src/phases/preflight/port-checks.ts";
import type { PreflightNode } from "../../../src/phases/preflight/preflight-context.ts";
import { proxyChecks } from "../../../src/phases/preflight/proxy-checks.ts";
import { destinationsOf, reachCheck } from "../../../src/phases/preflight/reach-check.ts";
import { routesOf, subnetCheck } from "../../../src/phases/preflight/subnet-check.ts";
import { found } from "../engine/resources/found.ts";

const gibibyte = 2 ** 30;
const facts: Facts = {
  hostname: "a",
  os: { id: "debian", versionId: "12", prettyName: "Debian 12", idLike: [] },
  arch: "amd64",
  kernel: "6.1.0-13-amd64",
  cgroup: "v2",
  cpus: 2,
  memoryBytes: 2 * gibibyte,
  swapBytes: 0,
  addresses: [],
  defaultRouteAddress: "10.0.0.1",
  initSystem: "systemd",
  packageManager: "apt",
  runtimeSockets: [],
  clockOffsetMs: 0,
  bootId: "b",
  machineId: "m1",
  freeDiskBytes: { "/": 20 * gibibyte, "/var/lib": 20 * gibibyte },
  modules: [],
  security: { selinux: "disabled", apparmor: false },
  firewall: "none",
  canLowerOomScore: true,
  usesSystemdResolved: false,
  proxies: {},
};

const input = (address: string) =>
  ({
    init: { localAPIEndpoint: { advertiseAddress: address, bindPort: 6443 } },
    cluster: {
      certificatesDir: "/etc/kubernetes/pki",
      etcd: { local: { dataDir: "/var/lib/etcd" } },
      networking: { podSubnet: "10.244.0.0/16", serviceSubnet: "10.96.0.0/12" },
    },
    kubelet: { failSwapOn: true },
  }) as unknown as InitInput;

const controlPlane: PreflightNode = { role: "control-plane", input: input("10.0.0.1") };
const worker: PreflightNode = { role: "worker", input: input("10.0.0.2") };
const ourJournal = found.file(JSON.stringify({ version: 1, entries: [{ id: "file:/var/lib/kubelet/config.yaml" }] }));

/** `name: message` of what the checks find. */
function told(checks: readonly Check[], results: readonly OpResult[] = []): string[] {
  return checks.flatMap((check) =>
    check.judge(results).map(({ severity, message }) => `${severity} ${check.name}: ${message}`),
  );
}

describe("checks of facts", () => {
  it("find nothing on a host that is fit", () => {
    expect(told(checksOfFacts(facts, controlPlane))).toEqual([]);
  });

  it.each([
    [{ cpus: 1 }, "error NumCPU: the number of available CPUs 1 is less than the required 2"],
    [{ memoryBytes: gibibyte }, "error Mem: the system RAM (1024 MB) is less than the minimum 1700 MB"],
    [{ arch: "arm64" }, "error Architecture: arm64: programs are shipped for amd64 only"],
    [{ initSystem: "other" as const }, "error InitSystem: systemd does not run this host"],
    [{ kernel: "4.19.0" }, "warning KernelVersion: kernel 4.19.0 is neither 5.4, 5.10, 5.15 nor 6 or newer"],
    [
      { firewall: "firewalld" as const },
      "warning Firewalld: firewalld is active: see that it lets ports 6443 and 10250 through",
    ],
    [
      { freeDiskBytes: { "/var/lib": gibibyte } },
      "error DiskSpace: /var/lib has 1.0 GiB free; a node needs 2 GiB below /var/lib and 0.3 GiB below /opt",
    ],
  ])("find %j", (wrong, message) => {
    expect(told(checksOfFacts({ ...facts, ...wrong }, controlPlane))).toEqual([message]);
  });

  it("are not asked of a host that is a node of ours", () => {
    expect(told(checksOfFacts({ ...facts, cpus: 1 }, controlPlane), [ourJournal])).toEqual([]);
  });

  it("ask less of a worker", () => {
    expect(told(checksOfFacts({ ...facts, cpus: 1, memoryBytes: gibibyte }, worker))).toEqual([]);
  });
});

describe("the kernel's configuration", () => {
  const fit =
    "NAMESPACES NET_NS PID_NS IPC_NS UTS_NS CGROUPS CPUSETS MEMCG CGROUP_DEVICE CGROUP_PIDS INET EXT4_FS PROC_FS IP_NF_TARGET_REDIRECT NETFILTER_XT_MATCH_COMMENT FAIR_GROUP_SCHED";
  const printed = (options: string) => [found.absent, found.ran(options.replaceAll(" ", "\n"))];

  it("has what pods need, under one of the names that it may have", () => {
    expect(told([kernelConfigCheck], printed(fit))).toEqual([]);
    expect(told([kernelConfigCheck], printed(fit.replace("MEMCG ", "").replace("IP_NF_TARGET_REDIRECT ", "")))).toEqual(
      ["error SystemVerification: the kernel lacks CONFIG_MEMCG, CONFIG_NETFILTER_XT_TARGET_REDIRECT"],
    );
  });

  it("is not judged where it can't be read", () => {
    expect(told([kernelConfigCheck], printed(""))).toEqual([]);
  });
});

describe("ports", () => {
  const table = `  sl  local_address rem_address   st tx_queue rx_queue
   0: 00000000:192B 00000000:0000 0A 00000000:00000000
   1: 0100007F:280A 0100007F:9C40 01 00000000:00000000
`;

  it("in use are read from the kernel's table, listening ones only", () => {
    expect([...portsIn(table)]).toEqual([6443]);
  });

  it("in use are an error by kubeadm's name, unless the host is a node of ours", () => {
    const results = [found.absent, found.file(table), found.absent];
    expect(told(portChecks(controlPlane), results)).toEqual(["error Port-6443: port 6443 is in use"]);
    expect(told(portChecks(controlPlane), [ourJournal, found.file(table)])).toEqual([]);
    expect(portChecks(worker).map(({ name }) => name)).toEqual(["Port-10250"]);
  });
});

describe("paths", () => {
  const names = (node: PreflightNode) => pathChecks(node).map(({ name }) => name);

  it("are named as kubeadm names them", () => {
    expect(names(controlPlane)).toContain("FileAvailable--etc-kubernetes-manifests-kube-apiserver.yaml");
    expect(names(controlPlane)).toContain("DirAvailable--var-lib-etcd");
    expect(names(worker)).toContain("FileAvailable--etc-kubernetes-pki-ca.crt");
    expect(names(worker)).not.toContain("DirAvailable--var-lib-etcd");
  });

  it("that stand there are an error, unless we made them", () => {
    const [kubeletConf] = pathChecks(worker);
    if (kubeletConf === undefined) throw new Error("no check");
    const path = "/etc/kubernetes/kubelet.conf";
    expect(told([kubeletConf], [found.absent, found.file("x")])).toEqual([
      `error FileAvailable--etc-kubernetes-kubelet.conf: ${path} already exists`,
    ]);
    const mine = found.file(JSON.stringify({ version: 1, entries: [{ id: `file:${path}` }] }));
    expect(told([kubeletConf], [mine, found.file("x")])).toEqual([]);
    expect(told([kubeletConf], [found.absent, found.absent])).toEqual([]);
  });
});

describe("hosts among themselves", () => {
  const member = (name: string, differs: Partial<Facts>) => ({ name, facts: { ...facts, ...differs } });
  const one = member("one", {});
  const two = member("two", { hostname: "b", machineId: "m2", defaultRouteAddress: "10.0.0.2" });

  it("have names, machine ids and addresses of their own", () => {
    expect(told(fleetChecks(one, [one, two]))).toEqual([]);
    const clone = member("clone", { hostname: "c", defaultRouteAddress: "10.0.0.3" });
    expect(told(fleetChecks(one, [one, two, clone]))).toEqual([
      "error UniqueMachineID: machine id m1 is also that of clone",
    ]);
  });

  it.each([
    [1_000, []],
    [5_000, ["warning ClockSkew: the clock is 5.0 s away from that of the other hosts"]],
    [-90_000, ["error ClockSkew: the clock is 90.0 s away from that of the other hosts"]],
  ])("have clocks that agree: %i ms off", (clockOffsetMs, messages) => {
    const late = member("late", { hostname: "c", machineId: "m3", defaultRouteAddress: "10.0.0.3", clockOffsetMs });
    expect(told(fleetChecks(late, [one, two, late]))).toEqual(messages);
    expect(told(fleetChecks(one, [one, two, late]))).toEqual([]);
  });

  it("reach the API servers from everywhere, kubelets and etcd from control planes", () => {
    const nodes = new Map([
      ["cp1", controlPlane],
      ["cp2", { role: "control-plane" as const, input: input("10.0.0.3") }],
      ["w1", worker],
    ]);
    const ports = (self: string) => destinationsOf(self, nodes).map(({ host, port }) => `${host}:${port}`);
    expect(ports("w1")).toEqual(["cp1:6443", "cp2:6443"]);
    expect(ports("cp1")).toEqual(["cp2:6443", "cp2:2379", "cp2:2380", "cp2:10250", "w1:10250"]);
  });

  it("name the host and port that does not answer", () => {
    const check = reachCheck([{ host: "cp1", address: "10.0.0.1", port: 6443 }]);
    expect(told([check], [found.ran("10.0.0.1@6443 no answer\n")])).toEqual([
      "error PortReach: cannot reach cp1 (10.0.0.1:6443): no answer",
    ]);
    expect(told([check], [found.ran("")])).toEqual([]);
  });
});

describe("subnets", () => {
  const line = (destination: string, mask: string) => `eth0\t${destination}\t00000000\t0001\t0\t0\t0\t${mask}\t0\t0\t0`;
  const table = [
    "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT",
    line("00000000", "00000000"),
    line("0000F40A", "0000FFFF"),
  ].join("\n");

  it("of routes are read from the kernel's little-endian table", () => {
    expect(routesOf(table).map(({ prefix }) => prefix)).toEqual([16]);
  });

  it("must not overlap those of pods and services", () => {
    expect(told([subnetCheck(worker.input)], [found.absent, found.file(table)])).toEqual([
      "error SubnetOverlap: 10.244.0.0/16 overlaps 10.244.0.0/16, which this host routes to already",
    ]);
    expect(told([subnetCheck(worker.input)], [ourJournal, found.file(table)])).toEqual([]);
  });
});

it.each([["NumCPU"], ["numcpu"], ["all"]])("an error that is ignored as %s is a warning", (name) => {
  const checks = checksOfFacts({ ...facts, cpus: 1 }, controlPlane).map(ignoring([name]));
  expect(told(checks)).toEqual(["warning NumCPU: the number of available CPUs 1 is less than the required 2"]);
});

describe("proxies of a host", () => {
  const HTTPS_PROXY = "http://user:secret@proxy:3128";

  it("must not stand before API servers, services and pods", () => {
    expect(told(proxyChecks([controlPlane, worker], { HTTPS_PROXY }))).toEqual([
      "warning HTTPProxy: the API server 10.0.0.1:6443 would be asked through the proxy http://proxy:3128: name it in NO_PROXY",
      "warning HTTPProxyCIDR: 10.96.0.0/12 would be asked through the proxy http://proxy:3128: name it in NO_PROXY",
      "warning HTTPProxyCIDR: 10.244.0.0/16 would be asked through the proxy http://proxy:3128: name it in NO_PROXY",
    ]);
  });

  it("are fine where NO_PROXY names the cluster, and are not asked of a node of ours", () => {
    expect(told(proxyChecks([controlPlane], { HTTPS_PROXY, NO_PROXY: "10.0.0.0/8" }))).toEqual([]);
    expect(told(proxyChecks([controlPlane], { HTTPS_PROXY }), [ourJournal])).toEqual([]);
  });
});

describe("an etcd that others run", () => {
  const external = {
    endpoints: ["https://e:2379"],
    httpEndpoints: ["https://e:2379"],
    caFile: "/etc/etcd/ca.crt",
    certFile: "/etc/etcd/client.crt",
    keyFile: "/etc/etcd/client.key",
  };
  const node = (imageRepository: string): PreflightNode => {
    const { init, cluster, kubelet } = input("10.0.0.1");
    const asked = { ...cluster, imageRepository, etcd: { external } };
    return { role: "control-plane", input: { init, cluster: asked, kubelet } as unknown as InitInput };
  };
  const upstream = node("registry.k8s.io");
  const there = found.file("x");
  const says = (text: string) => found.ran(`https://e:2379 ${text}\n`);
  const versions = (of: PreflightNode, text: string) => told(externalEtcdChecks(of, []).slice(1), [says(text)]);

  it("has its credentials on the control planes, unless the run brings them", () => {
    const [certificates] = externalEtcdChecks(upstream, ["/etc/etcd/client.key"]);
    expect(certificates?.probe()).toHaveLength(2);
    expect(told(certificates ? [certificates] : [], [there, found.absent])).toEqual([
      "error ExternalEtcdClientCertificates: /etc/etcd/client.crt, named by etcd.external, does not exist",
    ]);
  });

  it("is asked for its version when the credentials are there", () => {
    expect(
      externalEtcdChecks(upstream, [])
        .flatMap((check) => check.probe())
        .at(-1),
    ).toMatchObject({
      kind: "run",
      argv: expect.arrayContaining(["/etc/etcd/ca.crt", "https://e:2379"]),
    });
    expect(externalEtcdChecks(upstream, [external.keyFile])[1]?.probe()).toEqual([]);
  });

  it("is new enough for the distribution", () => {
    const old = '{"etcdserver":"3.5.9","etcdcluster":"3.5.0"}';
    expect(versions(upstream, '{"etcdserver":"3.5.24"}')).toEqual([]);
    expect(versions(upstream, '{"etcdserver":"3.6.0"}')).toEqual([]);
    expect(versions(upstream, old)).toEqual([
      "error ExternalEtcdVersion: https://e:2379 runs etcd 3.5.9; 3.5.24 or newer is needed",
    ]);
    expect(versions(node("slipway.local"), old)).toEqual([]);
    expect(versions(upstream, "curl: (7) refused")).toEqual([
      "error ExternalEtcdVersion: https://e:2379 does not tell etcd's version: curl: (7) refused",
    ]);
  });

  it("is no matter of workers, nor where Slipway runs etcd", () => {
    expect(externalEtcdChecks({ ...upstream, role: "worker" }, [])).toEqual([]);
    expect(externalEtcdChecks(controlPlane, [])).toEqual([]);
  });
});
