import { expect, it } from "vitest";
import { until } from "../../../src/base/until.ts";
import { labCut, labHeal } from "../../../src/lab/links.ts";
import { useLab } from "../fixtures/lab.ts";
import { slipway } from "./slipway.ts";

const hosts = useLab({ controlPlanes: 1, workers: 2 });
const preflight = (...more: string[]) =>
  slipway("plan", "-f", hosts.lab.clusterFile, "-o", "plain", "--phase", "preflight", ...more);

// --accept: it goes on listening after a connection, and cp1 tries whether it reaches this port
const listener = "exec systemd-socket-activate --accept --listen=10250 /bin/true";

it("finds nothing on fresh hosts that reach each other", async () => {
  const { exitCode, stdout } = await preflight();
  expect(exitCode, stdout).toBe(0);
  expect(stdout).not.toContain("[ERROR");
});

it("puts what is wrong on all hosts into one table, and passes what it is told to ignore", async () => {
  const manifest = "/etc/kubernetes/manifests/kube-apiserver.yaml";
  await hosts.run("cp1", ["sh", "-c", `mkdir -p /etc/kubernetes/manifests /var/lib/etcd/member && touch ${manifest}`]);
  await hosts.run("worker1", ["systemd-run", "--unit=taken", "sh", "-c", listener]);
  const isTaken = async () => (await hosts.run("worker1", ["ss", "-Hltn", "sport = :10250"])) !== "";
  await until(isTaken, { for: "port 10250 to be taken", withinMs: 60_000 });
  // as a copy of a virtual machine would be
  const machineId = await hosts.run("worker1", ["cat", "/etc/machine-id"]);
  await hosts.run("worker2", ["sh", "-c", "hostname worker1 && cat >/etc/machine-id"], machineId);
  await labCut({ name: hosts.lab.name }, ["cp1", "worker2"]);
  try {
    const { exitCode, stdout } = await preflight();
    expect(exitCode, stdout).toBe(12);
    const rows = stdout.slice(stdout.indexOf("preflight checks failed:")).split("\n").slice(2);
    const failed = rows
      .map((row) => row.split(/\s+/).slice(0, 2).join(" "))
      .filter((row) => /^(cp|worker)\d /.test(row));
    expect(failed.sort(), stdout).toEqual([
      "cp1 DirAvailable--var-lib-etcd",
      "cp1 FileAvailable--etc-kubernetes-manifests-kube-apiserver.yaml",
      "cp1 PortReach",
      "worker1 Port-10250",
      "worker1 UniqueHostname",
      "worker1 UniqueMachineID",
      "worker2 PortReach",
      "worker2 UniqueHostname",
      "worker2 UniqueMachineID",
    ]);
    expect(stdout).toMatch(/worker1 +Port-10250 +port 10250 is in use/);
    expect(stdout).toMatch(/worker1 +UniqueHostname +hostname worker1 is also that of worker2/);
    expect(stdout).toMatch(/worker2 +UniqueMachineID +machine id [0-9a-f]{32} is also that of worker1/);
    expect(stdout).toMatch(/worker2 +PortReach +cannot reach cp1 \(172\.\d+\.\d+\.11:6443\): no answer/);
    const ignored = await preflight(
      "--ignore-preflight-errors",
      `${[...new Set(failed.map((row) => row.split(" ")[1]))]}`,
    );
    expect(ignored.exitCode, ignored.stdout).toBe(0);
    expect(ignored.stdout).toContain(
      "cp1: preflight: [WARNING DirAvailable--var-lib-etcd]: /var/lib/etcd is not empty",
    );
  } finally {
    await labHeal({ name: hosts.lab.name });
  }
});
