import { describe, expect, test } from "vitest";
import { nodeResources, threshold } from "../../../src/kubelet/node/allocatable.ts";
import { nodeConditions } from "../../../src/kubelet/node/node-conditions.ts";
import { nodeStatus, statusChanged } from "../../../src/kubelet/node/node-status.ts";
import { PressureMemory, pressure } from "../../../src/kubelet/node/pressure.ts";
import { defaultRouteInterface, nodeAddresses } from "../../../src/kubelet/node/registration/node-addresses.ts";
import { nodeName } from "../../../src/kubelet/node/registration/node-name.ts";
import { labelPatch, nodeObject } from "../../../src/kubelet/node/registration/node-object.ts";

const gi = 2 ** 30;
const machine = {
  cpus: 2,
  cpuset: "0-1",
  memoryBytes: 24 * gi,
  hugepages: [],
  maxPids: 32768,
  swapBytes: 0,
  canLimitSwap: true,
  hasAppArmor: true,
  machineId: "m",
  systemUuid: "s",
  bootId: "b",
  kernelVersion: "6.18",
  osImage: "Debian",
  architecture: "amd64",
};
const disk = { totalBytes: 100 * gi, availableBytes: 50 * gi, inodes: 1000, inodesFree: 500 };
const evictionHard = { "memory.available": "100Mi", "nodefs.available": "10%", "nodefs.inodesFree": "5%" };
const reservations = {
  kubeReserved: {},
  systemReserved: {},
  evictionHard,
  maxPods: 110,
  podsPerCore: 0,
  enforceNodeAllocatable: ["pods"],
};

test("allocatable is capacity without reservations and thresholds", () => {
  expect(nodeResources(machine, disk, reservations)).toMatchObject({
    capacity: { cpu: "2", memory: `${24 * 2 ** 20}Ki`, pods: "110" },
    allocatable: { cpu: "2", memory: `${24 * 2 ** 20 - 100 * 1024}Ki`, "ephemeral-storage": String(90 * gi) },
  });
  const reserved = { ...reservations, kubeReserved: { cpu: "250m", memory: "1Gi" }, podsPerCore: 10 };
  expect(nodeResources(machine, disk, reserved).allocatable).toMatchObject({ cpu: "1750m", pods: "20" });
});

test("all pods are held to the capacity without reservations, but not without eviction thresholds", () => {
  const reserved = {
    ...reservations,
    kubeReserved: { cpu: "250m", memory: "1Gi", pid: "1000" },
    systemReserved: { memory: "1Gi" },
  };
  const held = { milliCpu: 1750, memoryBytes: 22 * gi, pids: 31768, hugepages: [] };
  expect(nodeResources(machine, disk, reserved).enforced).toEqual(held);
  const free = { milliCpu: 2000, memoryBytes: 24 * gi, pids: 32768, hugepages: [] };
  expect(nodeResources(machine, disk, { ...reserved, enforceNodeAllocatable: [] }).enforced).toEqual(free);
});

test("huge pages are a resource of their own, and no memory for other pods", () => {
  const hugepages = [
    { pageBytes: 2 ** 21, pages: 512 },
    { pageBytes: gi, pages: 0 },
  ];
  const pages = { "hugepages-2Mi": `${2 ** 20}Ki`, "hugepages-1Gi": "0" };
  expect(nodeResources({ ...machine, hugepages }, disk, { ...reservations, evictionHard: {} })).toMatchObject({
    capacity: { ...pages, memory: `${24 * 2 ** 20}Ki` },
    allocatable: { ...pages, memory: `${23 * 2 ** 20}Ki` },
  });
});

test("a threshold is an amount or a share", () => {
  expect([threshold("10%", 1000), threshold("1Ki", 1000), threshold(undefined, 1000)]).toEqual([100, 1024, 0]);
});

const signals = {
  memory: { availableBytes: gi, capacityBytes: 24 * gi },
  nodefs: disk,
  imagefs: disk,
  pids: { available: 1000, max: 32768 },
};

test.each([
  [{}, { memory: false, disk: false, pid: false }],
  [{ memory: { availableBytes: 1, capacityBytes: gi } }, { memory: true, disk: false, pid: false }],
  [{ nodefs: { ...disk, availableBytes: gi } }, { memory: false, disk: true, pid: false }],
  [{ nodefs: { ...disk, inodesFree: 1 } }, { memory: false, disk: true, pid: false }],
  [{ pids: { available: 1, max: 32768 } }, { memory: false, disk: false, pid: true }],
])("pressure by %o", (more, expected) => {
  expect(pressure({ ...signals, ...more }, { ...evictionHard, "pid.available": "100" })).toEqual(expected);
});

test("pressure is told on for its transition period", () => {
  const memory = new PressureMemory(300_000);
  const pressed = { memory: true, disk: false, pid: false };
  const fine = { memory: false, disk: false, pid: false };
  expect(memory.observe(fine, 0).memory).toBe(false);
  expect(memory.observe(pressed, 1000).memory).toBe(true);
  expect(memory.observe(fine, 300_000).memory).toBe(true);
  expect(memory.observe(fine, 301_000).memory).toBe(false);
});

describe("conditions", () => {
  const well = { memoryPressure: false, diskPressure: false, pidPressure: false, problems: [] };

  test("a well node", () => {
    expect(nodeConditions(well, [], "now").map(({ type, status, reason }) => [type, status, reason])).toEqual([
      ["MemoryPressure", "False", "KubeletHasSufficientMemory"],
      ["DiskPressure", "False", "KubeletHasNoDiskPressure"],
      ["PIDPressure", "False", "KubeletHasSufficientPID"],
      ["Ready", "True", "KubeletReady"],
    ]);
  });

  test("what turns gets a new time, what stays keeps its own", () => {
    const before = nodeConditions(well, [], "then");
    const after = nodeConditions({ ...well, diskPressure: true, problems: ["PLEG is not healthy"] }, before, "now");
    expect(after.map(({ type, lastTransitionTime }) => [type, lastTransitionTime])).toEqual([
      ["MemoryPressure", "then"],
      ["DiskPressure", "now"],
      ["PIDPressure", "then"],
      ["Ready", "now"],
    ]);
    expect(after[3]).toMatchObject({ status: "False", reason: "KubeletNotReady", message: "PLEG is not healthy" });
    expect(after.every(({ lastHeartbeatTime }) => lastHeartbeatTime === "now")).toBe(true);
  });

  test("many problems come in one message", () => {
    expect(nodeConditions({ ...well, problems: ["a", "b"] }, [], "now")[3]?.message).toBe("[a, b]");
  });
});

describe("the node's status", () => {
  const image = (id: string, size: number) => ({
    id,
    repoTags: [`example.test/${id}:1`],
    repoDigests: [],
    size,
    uid: undefined,
    username: "",
    spec: undefined,
    pinned: false,
  });
  const facts = {
    machine,
    resources: nodeResources(machine, disk, reservations),
    addresses: ["192.0.2.1"],
    hostname: "node1",
    kubeletPort: 10250,
    kubeletVersion: "v1.36.2",
    runtimeVersion: "containerd://1.6.20",
    images: [image("small", 1), image("large", 2)],
    conditions: [{ type: "Ready", status: "True" as const, lastHeartbeatTime: "1" }],
  };

  test("addresses, endpoints, node information and the largest images first", () => {
    expect(nodeStatus(facts)).toMatchObject({
      addresses: [
        { type: "InternalIP", address: "192.0.2.1" },
        { type: "Hostname", address: "node1" },
      ],
      daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
      images: [{ names: ["example.test/large:1"] }, { names: ["example.test/small:1"] }],
      nodeInfo: { kubeletVersion: "v1.36.2", operatingSystem: "linux", architecture: "amd64" },
    });
  });

  test("heartbeats and conditions of others are no change", () => {
    const status = nodeStatus(facts);
    const network = { type: "NetworkUnavailable", status: "False" as const };
    const later = { ...status, conditions: [{ ...facts.conditions[0]!, lastHeartbeatTime: "2" }] };
    expect(statusChanged({ ...status, conditions: [network, ...status.conditions!] }, later)).toBe(false);
    expect(statusChanged(status, { ...status, capacity: { cpu: "4" } })).toBe(true);
    expect(statusChanged(undefined, status)).toBe(true);
  });
});

const interfaces = {
  lo: [{ address: "127.0.0.1", family: "IPv4", internal: true }],
  eth1: [{ address: "198.51.100.1", family: "IPv4", internal: false }],
  eth0: [
    { address: "fe80::1", family: "IPv6", internal: false },
    { address: "192.0.2.1", family: "IPv4", internal: false },
  ],
} as unknown as Parameters<typeof nodeAddresses>[1];
const routes = `Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\nother\t00000000\t0\t3\t0\t0\t100\t00000000\neth0\t00000000\t0\t3\t0\t0\t0\t00000000\n`;

test("the node's address is --node-ip's, else that of the default route", () => {
  expect(nodeAddresses("203.0.113.5", interfaces, routes)).toEqual(["203.0.113.5"]);
  expect(nodeAddresses("", interfaces, routes)).toEqual(["192.0.2.1"]);
  expect(nodeAddresses("", interfaces, "")).toEqual(["198.51.100.1"]);
  expect(nodeAddresses("", { lo: interfaces.lo }, routes)).toEqual([]);
  expect(defaultRouteInterface(routes)).toBe("eth0");
});

test("the node's name, labels and taints", () => {
  expect(nodeName("", "Host.Example ")).toBe("host.example");
  expect(nodeName("Other", "host")).toBe("other");
  const identity = { nodeName: "n", hostname: "n", architecture: "amd64", labels: { a: "b" }, taints: [] };
  const node = nodeObject(identity);
  expect(node.metadata.labels).toMatchObject({ "kubernetes.io/hostname": "n", "kubernetes.io/os": "linux", a: "b" });
  expect(node.spec).toEqual({});
  const tainted = nodeObject({ ...identity, taints: [{ key: "k", effect: "NoSchedule" }] });
  expect(tainted.spec?.taints).toEqual([{ key: "k", effect: "NoSchedule" }]);
  const existing = {
    ...node,
    metadata: { ...node.metadata, labels: { ...node.metadata.labels, a: "old", other: "x" } },
  };
  expect(labelPatch(existing, node)).toEqual({ a: "b" });
  expect(labelPatch(node, node)).toBeUndefined();
});
