import { execFileSync } from "node:child_process";
import { existsSync, globSync, readFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { until } from "../../../src/base/until.ts";
import { labExec } from "../../../src/lab/exec.ts";
import { labDown, labList, labUp } from "../../../src/lab/lab.ts";
import { processesIn } from "../../../src/lab/machine/cgroups.ts";

const name = `test-${process.pid}-down`;
const other = `test-${process.pid}-other`;
const counts = { controlPlanes: 1, workers: 1 };

afterAll(() => Promise.all([labDown({ name }), labDown({ name: other })]));

describe("lab down", () => {
  it("leaves no process, mount, link, nftables table, cgroup or file, and spares the lab beside it", async () => {
    const [lab, neighbour] = await Promise.all([labUp({ name, ...counts }), labUp({ name: other, ...counts })]);
    expect(neighbour.hosts[0]?.address).not.toBe(lab.hosts[0]?.address);
    await labDown({ name });
    expect(await tracesOf(lab.dir, lab.hosts[0]!.address)).toEqual([]);
    expect((await labExec({ name: other, host: "worker1" }, ["hostname"])).stdout).toBe("worker1");
  });

  it("cleans up a lab whose processes were killed, and `up` can make it again", async () => {
    const lab = await labUp({ name, ...counts });
    (await supervisorsOf(name)).forEach(kill);
    await labDown({ name });
    expect(await tracesOf(lab.dir, lab.hosts[0]!.address)).toEqual([]);
    await labUp({ name, ...counts });
    expect((await labExec({ name, host: "cp1" }, ["hostname"])).stdout).toBe("cp1");
  });

  it("`up` brings a lab back whose hosts were killed, with their disks", async () => {
    await labExec({ name, host: "cp1" }, ["sh", "-c", "echo here > /root/mark && sync"]);
    await killAllOf(name);
    expect(await processesIn(`slipway-lab/${name}`)).toEqual([]);
    await labUp({ name, ...counts });
    expect((await labExec({ name, host: "cp1" }, ["cat", "/root/mark"])).stdout).toBe("here");
  });

  it("says nothing and fails not when there is nothing to remove", async () => {
    await labDown({ name: `test-${process.pid}-none` });
    expect((await labList()).map((lab) => lab.name)).not.toContain(`test-${process.pid}-none`);
  });
});

/** What of a lab is still there, by kind; a lab's subnet is told from its first host's address. */
async function tracesOf(dir: string, address: string): Promise<string[]> {
  const subnet = address.split(".")[2];
  const traces = {
    processes: (await processesIn(`slipway-lab/${name}`)).length > 0,
    mounts: readFileSync("/proc/self/mountinfo", "utf8").includes(dir),
    links: execFileSync("ip", ["-o", "link"], { encoding: "utf8", timeout: 60_000 }).match(
      new RegExp(`slab${subnet}:|vb-sl${subnet}h`),
    ),
    tables: execFileSync("nft", ["list", "tables"], { encoding: "utf8", timeout: 60_000 }).match(
      new RegExp(`slipway_lab_${subnet}$`, "m"),
    ),
    cgroups: globSync(`/sys/fs/cgroup/{,*/}slipway-lab/${name}`).length > 0,
    files: existsSync(dir),
  };
  return Object.entries(traces).flatMap(([kind, found]) => (found ? [kind] : []));
}

async function killAllOf(lab: string): Promise<void> {
  await until(
    async () => {
      const pids = await processesIn(`slipway-lab/${lab}`);
      pids.forEach(kill);
      return pids.length === 0;
    },
    { for: "the lab's processes to die", withinMs: 60_000 },
  );
}

async function supervisorsOf(lab: string): Promise<number[]> {
  const pids = await processesIn(`slipway-lab/${lab}`);
  return pids.filter((pid) => nameOf(pid) === "systemd-nspawn");
}

/** A process's name; nothing once it has ended, as those of a host that boots do at any moment. */
function nameOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/comm`, "utf8").trim();
  } catch {
    return;
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (thrown) {
    if (!(thrown instanceof Error && "code" in thrown && thrown.code === "ESRCH")) throw thrown;
  }
}
