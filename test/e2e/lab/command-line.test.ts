import { execFileSync } from "node:child_process";
import { afterAll, describe, expect, it } from "vitest";
import { parseYaml } from "../../../src/base/yaml.ts";
import { labDown } from "../../../src/lab/lab.ts";
import { slipway, slipwayDone } from "../fixtures/cluster.ts";

const name = `test-${process.pid}-cli`;
afterAll(() => labDown({ name }));

describe("slipway lab", () => {
  it("makes a lab, tells where its files are, and lists it with its power", async () => {
    const lab = JSON.parse(await slipwayDone("lab", "up", "--name", name, "--workers", "0", "-o", "json"));
    expect(lab).toMatchObject({ name, hosts: [{ name: "cp1", role: "control-plane" }] });
    await slipwayDone("lab", "power-off", "--name", name);
    const labs = JSON.parse(await slipwayDone("lab", "list", "-o", "json")) as { name: string; running: string[] }[];
    expect(labs.find((one) => one.name === name)?.running).toEqual([]);
    await slipwayDone("lab", "power-on", "cp1", "--name", name);
  });

  it("runs commands on a host with their own words, output and exit code", async () => {
    const { exitCode, stdout } = await slipway(
      "lab",
      "exec",
      "cp1",
      "--name",
      name,
      "--",
      "sh",
      "-c",
      'echo "a  b"; exit 3',
    );
    expect(stdout).toBe("a  b");
    expect(exitCode).toBe(3);
  });

  it("names the hosts there are when one is not among them, and refuses to shrink", async () => {
    const unknown = await slipway("lab", "exec", "cp9", "--name", name, "--", "true");
    expect(unknown).toMatchObject({ exitCode: 64, stderr: expect.stringContaining("its hosts are cp1") });
    const { dir } = JSON.parse(await slipwayDone("lab", "up", "--name", name, "--workers", "1", "-o", "json"));
    // The root is shared: what a host has of its own is what it wrote itself.
    const own = execFileSync("du", ["-sm", `${dir}/hosts/worker1/upper`], { encoding: "utf8", timeout: 60_000 });
    expect(Number.parseInt(own, 10)).toBeLessThan(60);
    const shrunk = await slipway("lab", "up", "--name", name, "--workers", "0");
    expect(shrunk).toMatchObject({ exitCode: 64, stderr: expect.stringContaining("worker1") });
  });

  it("refuses names that would not do for files and cgroups", async () => {
    const refused = await slipway("lab", "up", "--name", "../x");
    expect(refused).toMatchObject({ exitCode: 64, stderr: expect.stringContaining("can't name a lab") });
  });

  it("prints a Vagrantfile and its cluster file without making anything", async () => {
    expect(await slipwayDone("lab", "vagrantfile", "--workers", "1")).toContain('"worker1" => "192.168.56.12"');
    const cluster = parseYaml(await slipwayDone("lab", "vagrantfile", "--print", "cluster", "--workers", "1"));
    expect(cluster).toMatchObject({ kind: "Cluster", spec: { hosts: [{ name: "cp1" }, { name: "worker1" }] } });
  });
});
