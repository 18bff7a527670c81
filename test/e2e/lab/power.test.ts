import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { until } from "../../../src/base/until.ts";
import { labList } from "../../../src/lab/lab.ts";
import { labCut, labHeal } from "../../../src/lab/links.ts";
import { labPowerOff, labPowerOn, labReboot } from "../../../src/lab/power.ts";
import { answersSsh } from "../../../src/lab/ssh.ts";
import { useLab } from "../fixtures/lab.ts";

describe("the power of lab hosts", () => {
  const hosts = useLab({ controlPlanes: 1, workers: 1 });
  const bootId = async (host: string) => {
    // The kernel is shared, so a boot is told by when its first process began.
    const stat = await hosts.run(host, ["cat", "/proc/1/stat"]);
    return stat.split(" ")[21];
  };
  const running = async () => (await labList()).find(({ name }) => name === hosts.lab.name)?.running;

  it("power-off silences a host, power-on brings it back with its disk", async () => {
    const { name } = hosts.lab;
    await hosts.run("worker1", ["sh", "-c", "echo kept > /root/kept && sync"]);
    await labPowerOff({ name, hosts: ["worker1"] });
    expect(await running()).toEqual(["cp1"]);
    expect(await answersSsh(addressOf("worker1"))).toBe(false);
    await labPowerOn({ name, hosts: ["worker1"] });
    expect(await running()).toEqual(["cp1", "worker1"]);
    expect(await hosts.run("worker1", ["cat", "/root/kept"])).toBe("kept");
  });

  it("power-on is not held up by a link that a killed host left behind", async () => {
    const { name } = hosts.lab;
    await labPowerOff({ name, hosts: ["worker1"] });
    const link = `vb-sl${addressOf("worker1").split(".")[2]}h2`;
    await until(() => !linkNames().includes(link), { for: `${link} to go`, withinMs: 60_000 });
    execFileSync("ip", ["link", "add", link, "type", "bridge"], { timeout: 30_000 });
    await labPowerOn({ name, hosts: ["worker1"] });
    expect(await hosts.run("worker1", ["hostname"])).toBe("worker1");
  });

  it("reboot shuts the system down in order and boots it anew", async () => {
    const before = await bootId("cp1");
    await hosts.run("cp1", [
      "systemd-run",
      "--unit=last-words",
      "--property=ExecStop=/bin/touch /root/stopped",
      "--remain-after-exit",
      "true",
    ]);
    await labReboot({ name: hosts.lab.name, hosts: ["cp1"] });
    expect(await bootId("cp1")).not.toBe(before);
    await hosts.run("cp1", ["test", "-e", "/root/stopped"]);
  });

  it("a cut drops what two hosts send each other, and only that, until it is healed", async () => {
    const { name } = hosts.lab;
    const dial = (host: string, seconds = 60) =>
      hosts.exec(host, ["timeout", String(seconds), "bash", "-c", `head -c 8 < /dev/tcp/${addressOf("worker1")}/22`]);
    expect((await dial("cp1")).stdout).toBe("SSH-2.0-");
    await labCut({ name }, ["cp1", "worker1"]);
    expect((await dial("cp1", 1)).exitCode).toBe(124);
    expect(await hosts.run("worker1", ["hostname"])).toBe("worker1");
    await labHeal({ name });
    expect((await dial("cp1")).stdout).toBe("SSH-2.0-");
  });

  it("a cut from the operator stops SSH, not the host", async () => {
    const { name } = hosts.lab;
    await labCut({ name }, ["cp1", "operator"]);
    expect(await answersSsh(addressOf("cp1"))).toBe(false);
    expect(await running()).toContain("cp1");
    await labHeal({ name }, ["operator", "cp1"]);
    expect(await hosts.run("cp1", ["hostname"])).toBe("cp1");
  });

  function linkNames(): string[] {
    const links = JSON.parse(execFileSync("ip", ["-json", "link"], { encoding: "utf8", timeout: 30_000 })) as {
      ifname: string;
    }[];
    return links.map(({ ifname }) => ifname);
  }

  function addressOf(name: string): string {
    return hosts.lab.hosts.find((host) => host.name === name)!.address;
  }
});
