import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv } from "ajv";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { slipway } from "./slipway.ts";

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "slipway-cli-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const run = (...argv: string[]) => slipway({ home }, ...argv);
const local = "spec: {hosts: [localhost]}\n";

describe("the command line", () => {
  it("prints versions as text, JSON and alone", async () => {
    expect(await run("version", "-o", "short")).toMatchObject({ exitCode: 0, stdout: "0.1.0\n" });
    expect(JSON.parse((await run("version", "-o", "json")).stdout)).toMatchObject({ slipway: "0.1.0" });
  });

  it.each([[[]], [["frobnicate"]], [["version", "--frobnicate"]], [["completion", "fish"]]])(
    "ends %j with 64 and says how to get help",
    async (argv) => {
      const { exitCode, stderr, stdout } = await run(...argv);
      expect(exitCode, stderr).toBe(64);
      expect(stderr).toContain("slipway --help");
      expect(stdout).toBe("");
    },
  );

  it("reads a cluster file from standard input and lists everything that is wrong with it", async () => {
    const good = await slipway({ home, input: local }, "config", "validate", "-f", "-");
    expect(good).toMatchObject({ exitCode: 0, stdout: "ok: cluster kubernetes of 1 hosts\n" });
    const bad = await slipway({ home, input: "spec: {hosts: [], netwrk: {}}\n" }, "config", "validate", "-f", "-");
    expect(bad.exitCode, bad.stderr).toBe(10);
    expect(bad.stderr).toContain("<stdin>:1:8: spec.hosts: found [], allowed is a list of at least 1");
    expect(bad.stderr).toContain("<stdin>:1:19: spec.netwrk: unknown field; did you mean network?");
  });

  it("says which file it cannot read", async () => {
    const { exitCode, stderr } = await run("plan", "-f", "/nowhere/cluster.yaml");
    expect(exitCode, stderr).toBe(10);
    expect(stderr).toContain("cannot read the cluster file /nowhere/cluster.yaml");
  });

  it("asks before a phase of reset as before a reset, and knows the phases", async () => {
    const unasked = await run("reset", "phase", "stop-kubelet");
    expect(unasked).toMatchObject({ exitCode: 64, stderr: expect.stringContaining("nothing was removed from") });
    const unknown = await run("reset", "phase", "stop-cubelet", "--yes");
    expect(unknown).toMatchObject({ exitCode: 64, stderr: expect.stringContaining("no such phase: stop-cubelet") });
  });

  it("refuses names of phases and hosts that do not exist", async () => {
    const file = join(home, "cluster.yaml");
    await writeFile(file, local);
    const phase = await run("plan", "-f", file, "--phase", "prepair");
    expect(phase).toMatchObject({ exitCode: 64, stderr: expect.stringContaining("no such phase: prepair") });
    const host = await run("plan", "-f", file, "--hosts", "cp9");
    expect(host).toMatchObject({
      exitCode: 64,
      stderr: expect.stringContaining("no such host in the cluster file: cp9"),
    });
  });
});

it("goes on in silence when nobody reads what it prints any more", async () => {
  const { exitCode, stderr } = await slipway({ home, isUnread: true }, "config", "print", "cluster-schema");
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
});

describe("a plan of this machine", () => {
  const plan = async (...more: string[]) => {
    const file = join(home, "cluster.yaml");
    await writeFile(file, local);
    const only = ["--phase", "preflight,prepare", "--ignore-preflight-errors", "all"];
    return run("plan", "-f", file, ...only, ...more);
  };

  it("tells events as JSON, one a line, with run, time, host and phase", async () => {
    const { stdout } = await plan("-o", "json");
    const events = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(events[0]).toMatchObject({
      schema: "slipway.dev/v1",
      kind: "run-started",
      mode: "plan",
      hosts: ["localhost"],
      run: expect.stringMatching(/^\d{8}T\d{6}Z-[0-9a-f]{4}$/),
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    });
    expect(events.at(-1)).toMatchObject({ kind: "run-finished", failedHosts: [] });
    expect(new Set(events.map(({ run }) => run)).size).toBe(1);
    const schema = new URL("../../../schemas/events.json", import.meta.url);
    const isEvent = new Ajv({ strict: true, strictTypes: false }).compile(JSON.parse(await readFile(schema, "utf8")));
    expect(events.filter((event) => !isEvent(event))).toEqual([]);
    expect(events).toContainEqual(expect.objectContaining({ kind: "resource", outcome: "planned" }));
    expect(events).toContainEqual(
      expect.objectContaining({ kind: "phase-finished", host: "localhost", phase: "prepare/kernel" }),
    );
  });

  it("ends with 2 when it is asked to tell and something would change", async () => {
    const { exitCode, stdout, stderr } = await plan("-o", "plain", "--detailed-exitcode");
    expect(exitCode, stderr).toBe(2);
    expect(stdout).toContain("localhost: prepare/names: ~ fileBlock:/etc/hosts");
    expect(stdout).toMatch(/\d+ to change; nothing was written \(1 host, /);
  });

  it("prints no colour codes where there is no terminal", async () => {
    expect((await plan()).stdout).not.toContain("\u001b[");
  });

  it("leaves a log with every command that only its owner can read", async () => {
    await plan();
    const folder = join(home, ".local", "state", "slipway", "logs");
    const [name = ""] = await readdir(folder);
    expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
    const log = await readFile(join(folder, name), "utf8");
    expect(log).toMatch(/command \{"host":"localhost","command":"batch of \d+: .*"exitCode":0,"durationMs":\d+/);
  });
});

it("prints the facts of hosts as a table and as JSON", async () => {
  const table = await slipway({ home, input: local }, "hosts", "-f", "-");
  expect(table.exitCode, table.stderr).toBe(0);
  expect(table.stdout).toMatch(/^NAME +HOSTNAME +OS +ARCH/);
  const json = await slipway({ home, input: local }, "hosts", "-f", "-", "-o", "json");
  expect(JSON.parse(json.stdout)).toMatchObject([
    { host: "localhost", arch: expect.any(String), cpus: expect.any(Number) },
  ]);
});

it("tells a host that cannot be reached, and ends with 11", async () => {
  const input = "spec: {hosts: ['root@127.0.0.1:1']}\n";
  const { exitCode, stdout, stderr } = await slipway({ home, input }, "hosts", "-f", "-");
  expect(exitCode, stderr).toBe(11);
  expect(stdout).toContain("127.0.0.1: ");
});
