import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { until } from "../../../src/base/until.ts";
import { parseYaml } from "../../../src/base/yaml.ts";
import { labUp } from "../../../src/lab/lab.ts";
import { useLab } from "../fixtures/lab.ts";

describe("a lab of one control plane and one worker", () => {
  const hosts = useLab({ controlPlanes: 1, workers: 1, packages: ["node"] });

  it("boots Debian hosts that answer SSH under their own names with strict host keys", async () => {
    expect(await hosts.run("cp1", ["hostname"])).toBe("cp1");
    expect(await hosts.run("worker1", ["hostname"])).toBe("worker1");
    const isRunning = "systemctl is-system-running --wait || systemctl --failed --no-legend";
    expect(await hosts.run("cp1", ["sh", "-c", isRunning])).toBe("running");
  });

  it("writes a cluster file that names the hosts and how to reach them", () => {
    const { clusterFile, key, knownHosts } = hosts.lab;
    expect(parseYaml(readFileSync(clusterFile, "utf8"))).toMatchObject({
      apiVersion: "slipway.dev/v1",
      kind: "Cluster",
      spec: {
        hosts: [
          { name: "cp1", role: "control-plane", ssh: { user: "root", port: 22, keyPath: key, knownHosts } },
          { name: "worker1", role: "worker", ssh: { user: "root", port: 22, keyPath: key, knownHosts } },
        ],
      },
    });
  });

  it("does nothing, in under two seconds, when it is up already", async () => {
    const before = await hosts.run("cp1", ["cat", "/proc/1/stat"]);
    const upWithinMs = async () => {
      const start = performance.now();
      await labUp({ name: hosts.lab.name, controlPlanes: 1, workers: 1 });
      return performance.now() - start;
    };
    // the best of a few: a busy machine is slow to answer
    const isQuick = async () => (await upWithinMs()) < 2_000;
    await until(isQuick, { for: "an up that takes less than two seconds", withinMs: 120_000 });
    const startTime = (stat: string) => stat.split(" ")[21];
    expect(startTime(await hosts.run("cp1", ["cat", "/proc/1/stat"]))).toBe(startTime(before));
  });

  it("gives each host its own machine id, processes and cgroups", async () => {
    const ids = await Promise.all(["cp1", "worker1"].map((host) => hosts.run(host, ["cat", "/etc/machine-id"])));
    expect(new Set(ids).size).toBe(2);
    await hosts.run("cp1", ["mkdir", "/sys/fs/cgroup/memory/only-here"]);
    expect((await hosts.exec("worker1", ["ls", "/sys/fs/cgroup/memory/only-here"])).exitCode).not.toBe(0);
    expect(existsSync("/sys/fs/cgroup/memory/only-here")).toBe(false);
  });

  it("runs containers within a memory limit", async () => {
    const busybox = readFileSync("/bin/busybox").toString("base64");
    await hosts.run(
      "cp1",
      ["sh", "-c", "mkdir -p /root/rootfs/bin && base64 -d > /root/rootfs/bin/sh && chmod 755 /root/rootfs/bin/sh"],
      busybox,
    );
    const container = (limitBytes: number, id: string) =>
      hosts.exec("cp1", [
        ...["ctr", "run", "--rm", "--rootfs", "--memory-limit", String(limitBytes), "/root/rootfs", id],
        ...["/bin/sh", "-c", "busybox head -c 60000000 /dev/zero | busybox tail | busybox wc -c"],
      ]);
    expect((await container(400_000_000, "roomy")).stdout.trim()).toBe("60000000");
    expect((await container(20_000_000, "tight")).stdout).not.toContain("60000000");
  });

  it("shows the kubelet its machine-wide settings as wanted, without touching this machine's", async () => {
    expect(await hosts.run("cp1", ["sysctl", "-n", "vm.overcommit_memory", "kernel.panic"])).toBe("1\n10");
    await hosts.run("cp1", ["sysctl", "-w", "kernel.panic=7"]);
    expect(readFileSync("/proc/sys/kernel/panic", "utf8").trim()).not.toBe("7");
  });

  it("rejects at once what it does not route", async () => {
    const curl = ["curl", "--silent", "--max-time", "10", "--write-out", "%{time_total}", "http://10.96.0.1/"];
    const { exitCode, stdout } = await hosts.exec("cp1", curl);
    expect(exitCode).toBe(7);
    expect(Number(stdout)).toBeLessThan(3);
  });

  it("lets hosts reach each other over their bridge", async () => {
    const [, worker] = hosts.lab.hosts;
    const greeting = await hosts.run("cp1", ["bash", "-c", `exec 3<>/dev/tcp/${worker?.address}/22; head -c 8 <&3`]);
    expect(greeting).toBe("SSH-2.0-");
  });

  it("leaves this machine's own cgroup mounts as they are", () => {
    const argv = ["-no", "TARGET", "-t", "cgroup,cgroup2"];
    expect(execFileSync("findmnt", argv, { encoding: "utf8", timeout: 30_000 })).not.toContain("slipway");
  });
});
