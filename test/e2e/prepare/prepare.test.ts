import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, describe, expect, it } from "vitest";
import { until } from "../../../src/base/until.ts";
import { labPowerOff, labPowerOn } from "../../../src/lab/power.ts";
import { useLab } from "../fixtures/lab.ts";
import { type Ended, phases, type Running, slipway, start } from "./slipway.ts";

const hosts = useLab({ controlPlanes: 1, workers: 2 });
const sysctlFile = "/etc/sysctl.d/99-slipway-net.ipv4.ip_forward.conf";
const payload = Array.from({ length: 20_000 }, (_, line) => `line ${line}\n`).join("");
let file = "";

const apply = (...more: string[]) => slipway("apply", "-f", file, "-o", "plain", "--phase", phases, ...more);
const plan = (...more: string[]) =>
  slipway("plan", "-f", file, "-o", "plain", "--phase", phases, "--detailed-exitcode", ...more);

/** With all that it said, where it ends otherwise. */
async function expectExit(running: Promise<Ended>, exitCode: number): Promise<Ended> {
  const ended = await running;
  expect(ended.exitCode, ended.stdout + ended.stderr).toBe(exitCode);
  return ended;
}

beforeAll(async () => {
  const { clusterFile, dir } = hosts.lab;
  file = join(dir, "with-files.yaml");
  process.env.XDG_STATE_HOME = join(dir, "state");
  await writeFile(join(dir, "payload"), payload);
  const extra = "    files: [{src: ./payload, dst: /etc/payload}]\n";
  await writeFile(
    file,
    (await readFile(clusterFile, "utf8")).replaceAll(/^ {2}- name: .*\n/gm, (line) => `${line}${extra}`),
  );
});

/** The log of a run, of which there is no other meanwhile. */
async function logOf(run: () => Promise<unknown>): Promise<string> {
  const folder = join(hosts.lab.dir, "state/slipway/logs");
  const before = await readdir(folder);
  await run();
  const [own = "", ...others] = (await readdir(folder)).filter((name) => !before.includes(name));
  expect(others).toEqual([]);
  return readFile(join(folder, own), "utf8");
}

/** How many batches a run sent to a host, by its log. */
function batchesTo(host: string, log: string): number {
  return log.split(` command {"host":"${host}","command":"batch of`).length - 1;
}

/** As that of a killed run may still be; it holds dpkg's lock for some seconds, in which a run comes to it. */
async function untilAptIsAtWorkOn(host: string): Promise<void> {
  const slow = "DPkg::Pre-Invoke::=touch /run/apt-is-at-work; sleep 3";
  await hosts.run(host, ["systemd-run", "--unit=other-apt", "apt-get", "-o", slow, "--yes", "install", "conntrack"]);
  const isAtWork = async () => (await hosts.exec(host, ["test", "-e", "/run/apt-is-at-work"])).exitCode === 0;
  await until(isAtWork, { for: "apt to take its lock", withinMs: 60_000 });
}

describe("preparing three hosts", () => {
  it("converges them, and a second time changes nothing", async () => {
    await expectExit(plan(), 2);
    await untilAptIsAtWorkOn("worker2");
    await expectExit(apply(), 0);
    const second = await logOf(async () => {
      expect((await expectExit(apply(), 0)).stdout).toContain("nothing to change (3 hosts");
    });
    // With that of the facts, three round trips: one to lock and look, one to unlock.
    expect(hosts.lab.hosts.map(({ name }) => batchesTo(name, second))).toEqual([2, 2, 2]);
    await expectExit(plan(), 0);
    expect(await hosts.run("worker1", ["getent", "hosts", "worker2"])).toContain("worker2");
  });

  it("shows drift as drift and mends it", async () => {
    await hosts.run("worker1", [
      "sh",
      "-c",
      `echo net.ipv4.ip_forward=0 > ${sysctlFile}; sysctl -qw net.ipv4.ip_forward=0`,
    ]);
    await hosts.run("worker2", ["rm", "/etc/payload"]);
    const drifted = await expectExit(plan(), 2);
    expect(drifted.stdout).toContain(
      "worker1: prepare/kernel: ~ sysctl:net.ipv4.ip_forward (changed on the host since)",
    );
    expect(drifted.stdout).toContain("worker2: files: + file:/etc/payload");
    expect(drifted.stdout).toContain("2 to change; nothing was written");
    expect((await apply()).stdout).toContain("2 changed (3 hosts");
    await expectExit(plan(), 0);
    expect(await hosts.run("worker1", ["cat", "/proc/sys/net/ipv4/ip_forward"])).toBe("1");
  });

  it("refuses a second run at the same time and says who is at work", async () => {
    const lock = { run: "other", user: "somebody", machine: "elsewhere", pid: 4711, since: "2026-01-02T03:04:05Z" };
    await hosts.run("cp1", ["sh", "-c", "mkdir -p /run/slipway && cat > /run/slipway/lock"], JSON.stringify(lock));
    const refused = await expectExit(apply(), 13);
    expect(refused.stdout).toContain(
      "another run is at work here: somebody@elsewhere (pid 4711) since 2026-01-02T03:04:05Z",
    );
    await expectExit(apply("--break-lock"), 0);
    await expect(hosts.run("cp1", ["cat", "/run/slipway/lock"])).rejects.toThrow("No such file");
  });
});

describe("a run that is interrupted", () => {
  const undo = `rm -f /etc/payload ${sysctlFile}; sysctl -qw net.ipv4.ip_forward=0; sed -i '/BEGIN slipway/,/END slipway/d' /etc/hosts`;
  const undoAll = () => Promise.all(["cp1", "worker1", "worker2"].map((host) => hosts.run(host, ["sh", "-c", undo])));

  /** What stands on a host is either whole or not there: nothing is half-written, no temporary file stays that a reader could take for real. */
  async function expectWhole(host: string): Promise<void> {
    const read = await hosts.exec(host, ["cat", "/etc/payload"]);
    if (read.exitCode === 0) expect(read.stdout === payload.trimEnd()).toBe(true);
    const setting = await hosts.exec(host, ["cat", sysctlFile]);
    if (setting.exitCode === 0) expect(setting.stdout).toMatch(/^# .*\nnet.ipv4.ip_forward = 1$/);
    const journal = await hosts.exec(host, ["cat", "/var/lib/slipway/journal.json"]);
    if (journal.exitCode === 0) expect(() => JSON.parse(journal.stdout)).not.toThrow();
  }

  /** A run that is known to be in the middle of a write on worker1: a command of the cluster file, which goes on until it is released. A hook runs once, so each has a name. */
  async function heldOnWorker1(name: string): Promise<{ running: Running; release: () => Promise<unknown> }> {
    const hook = `    hooks: {before: ["touch /run/${name}; while [ -e /run/hook-held ]; do sleep 0.05; done"]}\n`;
    const held = `${file}.held`;
    await writeFile(
      held,
      (await readFile(file, "utf8")).replace(/^ {2}- name: worker1\n/m, (line) => `${line}${hook}`),
    );
    await hosts.run("worker1", ["sh", "-c", "touch /run/hook-held"]);
    const running = start("apply", "-f", held, "-o", "plain", "--phase", phases);
    const began = async () => (await hosts.exec("worker1", ["test", "-e", `/run/${name}`])).exitCode === 0;
    await until(began, { for: "the hook to begin on worker1", withinMs: 120_000, everyMs: 50 });
    return { running, release: () => hosts.run("worker1", ["rm", "-f", "/run/hook-held"]) };
  }

  it.each(Array.from({ length: 10 }, (_, moment) => moment * 40))(
    "by kill -9 %i ms after the hosts are connected leaves every file whole, and the next run completes it",
    async (afterMs) => {
      await undoAll();
      const killed = start("apply", "-f", file, "-o", "plain", "--phase", phases);
      await killed.said("connected");
      await sleep(afterMs);
      killed.kill("SIGKILL");
      await killed.ended;
      for (const host of ["cp1", "worker1", "worker2"]) await expectWhole(host);
      await expectExit(apply(), 0);
      await expectExit(plan(), 0);
    },
  );

  it("by SIGINT finishes what it is at, does nothing more, ends with 130, and the next run completes it", async () => {
    await undoAll();
    const { running, release } = await heldOnWorker1("interrupted");
    const told = running.said("finishing the writes under way");
    running.kill("SIGINT");
    await told;
    await release();
    const { exitCode, stdout } = await running.ended;
    expect(exitCode, stdout).toBe(130);
    expect(stdout).toContain("interrupted: run the same command again to complete it");
    expect(await hosts.run("worker1", ["sh", "-c", "ls /var/lib/slipway/hooks"])).toContain("before-1-");
    expect(await hosts.exec("worker1", ["test", "-e", "/etc/payload"])).toMatchObject({ exitCode: 1 });
    await expectExit(apply(), 0);
    await expectExit(plan(), 0);
  });

  it("by a full disk on one host names the file and completes the others", async () => {
    await undoAll();
    const folder = "/etc/sysctl.d";
    await hosts.run("worker1", [
      "sh",
      "-c",
      `mount -t tmpfs -o size=8k tmpfs ${folder} && { cat /dev/zero > ${folder}/full; true; }`,
    ]);
    const full = await expectExit(apply(), 13);
    expect(full.stdout).toMatch(/worker1: prepare\/kernel: cannot (create|update) sysctl:net.ipv4.ip_forward/);
    expect(full.stdout).toMatch(/No space left on device/i);
    expect(full.stdout).toContain("worker2  done");
    await hosts.run("worker1", ["umount", folder]);
    await expectExit(apply(), 0);
    await expectExit(plan(), 0);
  });

  it("by a host that loses its power is an error of that host only, and the next run completes it", async () => {
    await undoAll();
    const { running } = await heldOnWorker1("powered-off");
    await labPowerOff({ name: hosts.lab.name, hosts: ["worker1"] });
    const { exitCode, stdout } = await running.ended;
    expect(exitCode, stdout).toBe(11);
    expect(stdout).toContain("cp1      done");
    expect(stdout).toContain("worker1  failed");
    expect(stdout).toContain("worker2  done");
    await labPowerOn({ name: hosts.lab.name, hosts: ["worker1"] });
    await expectExit(apply(), 0);
    await expectExit(plan(), 0);
  });
});
