import { execFileSync } from "node:child_process";
import { existsSync, globSync, readFileSync } from "node:fs";
import { rmdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { afterAll, describe, expect, it } from "vitest";
import { until } from "../../../src/base/until.ts";
import { labExec } from "../../../src/lab/exec.ts";
import { labDown, labList, labUp } from "../../../src/lab/lab.ts";
import { makeCgroups, processesIn } from "../../../src/lab/machine/cgroups.ts";
import type { Lab } from "../../../src/lab/view.ts";

const name = `test-${process.pid}-down`;
const other = `test-${process.pid}-other`;
const counts = { controlPlanes: 1, workers: 1 };

afterAll(() => Promise.all([labDown({ name }), labDown({ name: other })]));

describe("lab down", () => {
  it("leaves no process, mount, link, nftables table, cgroup or file, and spares the lab beside it", async () => {
    const [lab, neighbour] = await Promise.all([labUp({ name, ...counts }), labUp({ name: other, ...counts })]);
    expect(neighbour.hosts[0]?.address).not.toBe(lab.hosts[0]?.address);
    const before = networkOf(lab);
    await labDown({ name });
    expect(await tracesOf(lab.dir, before)).toEqual([]);
    expect((await labExec({ name: other, host: "worker1" }, ["hostname"])).stdout).toBe("worker1");
  });

  it("cleans up a lab whose processes were killed, and `up` can make it again", async () => {
    const lab = await labUp({ name, ...counts });
    const before = networkOf(lab);
    (await supervisorsOf(name)).forEach(kill);
    await labDown({ name });
    expect(await tracesOf(lab.dir, before)).toEqual([]);
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

  it("the end of the last lab, which removes what holds all labs' cgroups, does not meet one that comes up", async () => {
    const holder = `slipway-test-${process.pid}`;
    const removed = { times: 0, isOver: false };
    const removing = (async () => {
      for (; !removed.isOver; await setImmediate()) {
        const holders = globSync(`/sys/fs/cgroup/{,*/}${holder}`);
        for (const one of holders)
          removed.times += await rmdir(one).then(
            () => 1,
            () => 0,
          );
      }
    })();
    try {
      while (removed.times < 5) {
        const groups = await makeCgroups(`${holder}/lab/cp1`);
        for (const group of groups) {
          expect(existsSync(join(group, "cgroup.procs"))).toBe(true);
          if (existsSync(join(group, "cpuset.cpus")))
            expect(readFileSync(join(group, "cpuset.cpus"), "utf8")).not.toBe("\n");
        }
        for (const group of groups) for (const one of [group, dirname(group)]) await rmdir(one);
      }
    } finally {
      removed.isOver = true;
      await removing;
      for (const one of globSync(`/sys/fs/cgroup/{,*/}${holder}`)) await rmdir(one);
    }
  });

  it("says nothing and fails not when there is nothing to remove", async () => {
    await labDown({ name: `test-${process.pid}-none` });
    expect((await labList()).map((lab) => lab.name)).not.toContain(`test-${process.pid}-none`);
  });
});

/** By numbers that the kernel gives only once: the names are another lab's as soon as it takes the subnet that came free. */
type Network = { readonly links: readonly number[]; readonly tables: readonly number[] };

/** The links and nftables tables of a lab that is up; its subnet is told from its first host's address. */
function networkOf({ hosts }: Lab): Network {
  const subnet = hosts[0]?.address.split(".")[2];
  const own = new RegExp(`^(slab${subnet}|vb-sl${subnet}h\\d+|slipway_lab_${subnet})$`);
  const numbers = (all: ReadonlyMap<number, string>) =>
    [...all].flatMap(([number, name]) => (own.test(name) ? number : []));
  const network = { links: numbers(links()), tables: numbers(tables()) };
  expect(network).toEqual({ links: Array(3).fill(expect.any(Number)), tables: [expect.any(Number)] });
  return network;
}

function links(): ReadonlyMap<number, string> {
  const all = outputOf("ip", "-json", "link") as { ifindex: number; ifname: string }[];
  return new Map(all.map(({ ifindex, ifname }) => [ifindex, ifname]));
}

function tables(): ReadonlyMap<number, string> {
  const { nftables } = outputOf("nft", "--json", "list", "tables") as { nftables: { table?: Table }[] };
  return new Map(nftables.flatMap(({ table }) => (table ? [[table.handle, table.name] as const] : [])));
}

type Table = { readonly handle: number; readonly name: string };

function outputOf(program: string, ...argv: readonly string[]): unknown {
  return JSON.parse(execFileSync(program, argv, { encoding: "utf8", timeout: 60_000 }));
}

/** What of a lab is still there, by kind. */
async function tracesOf(dir: string, before: Network): Promise<string[]> {
  const [nowLinks, nowTables] = [links(), tables()];
  const traces = {
    processes: (await processesIn(`slipway-lab/${name}`)).length > 0,
    mounts: readFileSync("/proc/self/mountinfo", "utf8").includes(dir),
    links: before.links.some((number) => nowLinks.has(number)),
    tables: before.tables.some((number) => nowTables.has(number)),
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
