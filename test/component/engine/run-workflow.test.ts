import { readFile, stat, writeFile } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sha256 } from "../../../src/base/sha256.ts";
import type { Op } from "../../../src/hosts/op.ts";
import { renewLock } from "../../../src/phases/engine/journal/lock.ts";
import type { Phase } from "../../../src/phases/engine/phase.ts";
import { absent } from "../../../src/phases/engine/resources/absent.ts";
import { action } from "../../../src/phases/engine/resources/action.ts";
import { directory } from "../../../src/phases/engine/resources/directory.ts";
import { file } from "../../../src/phases/engine/resources/file.ts";
import { textOf } from "../../../src/phases/engine/resources/path.ts";
import { symlink } from "../../../src/phases/engine/resources/symlink.ts";
import { uploadedFile } from "../../../src/phases/engine/resources/uploaded-file.ts";
import { LocalRun, owner, phase } from "./local-run.ts";

let local: LocalRun;
beforeEach(async () => {
  local = await LocalRun.create();
});
afterEach(() => local.remove());

const phases = () => [
  phase("first", [directory(local.path("etc"), { mode: 0o750 }), file(local.path("etc/a"), { content: "one\ntwo\n" })]),
  phase("second", [
    symlink(local.path("link"), "etc/a"),
    action("touch", {
      makes: "touched",
      check: ["test", "-e", local.path("touched")],
      run: [["touch", local.path("touched")]],
    }),
  ]),
];

describe("a run on a host", () => {
  it("creates what is missing, and a second run changes nothing in two round trips", async () => {
    const first = await local.run(phases());
    expect(first.errors).toEqual([]);
    expect(local.changes()).toEqual([
      `create directory:${local.path("etc")} done`,
      `create file:${local.path("etc/a")} done`,
      `create symlink:${local.path("link")} done`,
      "update action:touch done",
    ]);
    expect(await readFile(local.path("link"), "utf8")).toBe("one\ntwo\n");
    expect((await stat(local.path("etc"))).mode & 0o777).toBe(0o750);

    const second = await local.run(phases());
    expect(second.changes).toBe(0);
    expect(local.changes()).toEqual([]);
    expect(local.batches).toBe(2);
  });

  it("refuses, and takes away, a file that is not the one that was hashed any more", async () => {
    const [source, path] = [local.path("source"), local.path("arrived")];
    await writeFile(source, "swapped meanwhile");
    const { errors } = await local.run([phase("first", [uploadedFile(path, { source, sha256: sha256("as hashed") })])]);
    expect(errors[0]?.message).toContain("first");
    expect(JSON.stringify(local.events)).toContain(`arrived instead of ${sha256("as hashed")}`);
    await expect(stat(path)).rejects.toThrow("ENOENT");
  });

  it("asks ahead what phases read of the host, and again when something there has changed", async () => {
    const seen: string[] = [];
    const read: Op = { kind: "read", path: local.path("source"), want: "content" };
    const reader = (id: string): Phase<null> => ({
      ...phase(id, []),
      reads: () => [read],
      resources: async (_, { host }) => {
        const [found] = await host.batch([read]);
        seen.push(textOf(found) ?? "nothing");
        return [file(local.path(id), { content: textOf(found) ?? "" })];
      },
    });
    const all = [phase("writes", [file(local.path("source"), { content: "new" })]), reader("a")];
    await local.run(all);
    // to write, and to see that it was written
    expect(seen).toEqual(["new", "new"]);
    const again = await local.run(all);
    expect(again.changes).toBe(0);
    expect(seen).toEqual(["new", "new", "new"]);
    // look, look with what was read, and let go
    expect(local.batches).toBe(3);
  });

  it("plans the same changes and writes nothing, not even its own files", async () => {
    const summary = await local.run(phases(), { mode: "plan" });
    expect(summary.changes).toBe(4);
    expect(local.changes()[1]).toBe(`create file:${local.path("etc/a")} planned`);
    await expect(stat(local.path("etc"))).rejects.toThrow("ENOENT");
    await expect(stat(local.path("journal.json"))).rejects.toThrow("ENOENT");
    expect(local.batches).toBe(1);
  });

  it("tells drift from a moved wish, with a unified diff", async () => {
    await local.run(phases());
    await writeFile(local.path("etc/a"), "one\n2\n");
    await local.run(phases(), { mode: "plan" });
    expect(local.events).toContainEqual(
      expect.objectContaining({
        resource: `file:${local.path("etc/a")}`,
        cause: "drift",
        differences: [{ kind: "text", field: "content", diff: expect.stringContaining("-2\n+two\n") }],
      }),
    );
    await local.run([phase("first", [file(local.path("etc/a"), { content: "other" })])]);
    expect(local.events).toContainEqual(expect.objectContaining({ kind: "resource", cause: "wish", outcome: "done" }));
  });

  it("stops at the resource that fails, keeps what was done, and the next run goes on from there", async () => {
    await writeFile(local.path("blocker"), "");
    const broken = phase("p", [
      file(local.path("a"), { content: "a" }),
      action("fail", { makes: "never", check: ["false"], run: [["sh", "-c", "echo no luck >&2; exit 7"]] }),
      file(local.path("b"), { content: "b" }),
    ]);
    const summary = await local.run([broken, phase("after", [file(local.path("c"), { content: "c" })])]);
    expect(summary.errors[0]?.details).toMatchObject({
      code: "RESOURCE_FAILED",
      host: "one",
      phase: "p",
      exit: "hostStep",
    });
    expect(summary.errors[0]?.message).toContain("no luck");
    expect(summary.hosts[0]?.notDone).toEqual(["p", "after"]);
    expect(await readFile(local.path("a"), "utf8")).toBe("a");
    await expect(stat(local.path("b"))).rejects.toThrow("ENOENT");
    const journal = JSON.parse(await readFile(local.path("journal.json"), "utf8"));
    expect(journal.entries.map((entry: { state: string }) => entry.state)).toEqual(["begun", "begun", "begun"]);

    const repaired = await local.run([
      phase("p", [file(local.path("a"), { content: "a" }), file(local.path("b"), { content: "b" })]),
    ]);
    expect(repaired.errors).toEqual([]);
    expect(local.changes()).toEqual([`create file:${local.path("b")} done`]);
    const settled = JSON.parse(await readFile(local.path("journal.json"), "utf8"));
    expect(settled.entries.filter(({ id }: { id: string }) => id.startsWith("file:"))).toMatchObject([
      { id: `file:${local.path("a")}`, state: "done", created: true },
      { id: `file:${local.path("b")}`, state: "done", created: true },
    ]);
  });

  it("goes on after a resource that fails where the phase says so, tells all that is left, and remembers what is done", async () => {
    const fails = (name: string) =>
      action(name, { makes: "never", check: ["false"], run: [["sh", "-c", `echo no ${name} >&2; exit 7`]] });
    const tidy = phase("tidy", [fails("luck"), file(local.path("a"), { content: "a" }), fails("time")], {
      goesOn: true,
    });
    const summary = await local.run([tidy, phase("after", [file(local.path("b"), { content: "b" })])]);
    expect(await readFile(local.path("a"), "utf8")).toBe("a");
    expect(await readFile(local.path("b"), "utf8")).toBe("b");
    expect(summary.errors[0]?.details).toMatchObject({ code: "RESOURCES_LEFT", exit: "hostStep", host: "one" });
    expect(summary.errors[0]?.message).toMatch(/action:luck.*no luck.*action:time.*no time/s);
    expect(local.changes()).toContain("update action:time failed");
    const journal = JSON.parse(await readFile(local.path("journal.json"), "utf8"));
    const states = journal.entries.map(({ id, state }: { id: string; state: string }) => `${state} ${id}`);
    expect(states).toContain(`done file:${local.path("a")}`);
    expect(states).toContain("begun action:luck");
  });

  it("never tells the content of a secret file", async () => {
    const secret = (content: string) => phase("p", [file(local.path("key"), { content, mode: 0o600, secret: true })]);
    await local.run([secret("first-secret-value")]);
    await local.run([secret("second-secret-value")]);
    expect(local.changes()).toEqual([`update file:${local.path("key")} done`]);
    expect(JSON.stringify(local.events)).not.toContain("secret-value");
    expect(await readFile(local.path("journal.json"), "utf8")).not.toContain("secret-value");
  });

  it("removes what must be absent and drops it from the journal", async () => {
    await local.run([phase("p", [file(local.path("a"), { content: "a" })])]);
    await local.run([phase("p", [absent(local.path("a"))])]);
    expect(local.changes()).toEqual([`delete absent:${local.path("a")} done`]);
    expect(JSON.parse(await readFile(local.path("journal.json"), "utf8")).entries).toEqual([]);
  });

  it("takes away what a phase made and does not want any more", async () => {
    const wanting = (...names: string[]) =>
      phase(
        "p",
        names.map((name) => file(local.path(name), { content: name })),
        { prunes: true },
      );
    await writeFile(local.path("foreign"), "not ours");
    await local.run([wanting("a", "b", "foreign")]);
    await local.run([wanting("b")]);
    expect(local.changes()).toEqual([`delete file:${local.path("a")} done`]);
    expect(await readFile(local.path("foreign"), "utf8")).toBe("foreign");
  });

  it("plans on where a phase can only know what it wants after others were applied", async () => {
    const late = phase("late", [], { readsHost: true, resources: () => Promise.reject(new Error("no CA yet")) });
    const early = phase("early", [file(local.path("a"), { content: "a" })]);
    const planned = await local.run([early, late], { mode: "plan" });
    expect(planned.errors).toEqual([]);
    expect(planned.hosts[0]?.phases).toMatchObject([{ outcome: "done" }, { phase: "late", outcome: "deferred" }]);
    const applied = await local.run([early, late]);
    expect(applied.errors[0]?.message).toContain("no CA yet");
  });

  it("stops before it writes when a check finds an error, and tells all that the checks found", async () => {
    const check = (name: string, severity: "error" | "warning") => ({
      name,
      probe: () => [],
      judge: () => [{ severity, message: `${name} is wrong` }],
    });
    const checked = phase("p", [file(local.path("a"), { content: "a" })], {
      checks: () => [check("One", "error"), check("Two", "warning"), check("Three", "error")],
    });
    const summary = await local.run([checked]);
    expect(summary.errors[0]?.details).toMatchObject({ code: "PREFLIGHT_FAILED", exit: "preflight" });
    expect(summary.errors[0]?.message).toContain("[ERROR Three]: Three is wrong");
    expect(local.events.filter(({ kind }) => kind === "check")).toHaveLength(3);
    await expect(stat(local.path("a"))).rejects.toThrow("ENOENT");
  });

  it("says that a resource which something else keeps writing does not settle", async () => {
    const restless = action("restless", { makes: "calm", check: ["false"], run: [["true"]] });
    const summary = await local.run([phase("p", [restless])]);
    expect(summary.errors[0]?.details.code).toBe("RESOURCE_NOT_SETTLED");
  });
});

describe("the lock of a host", () => {
  const one = () => [phase("p", [file(local.path("a"), { content: "a" })])];
  const held = (run: string) => writeFile(local.path("lock"), `${JSON.stringify(owner(run))}\n`);

  it("refuses a second run and names who is at work", async () => {
    await held("other");
    const summary = await local.run(one());
    expect(summary.errors[0]?.details.code).toBe("HOST_LOCKED");
    expect(summary.errors[0]?.message).toMatch(/tester@here \(pid 1\) since 2026-01-02T03:04:05Z/);
    await expect(stat(local.path("a"))).rejects.toThrow("ENOENT");
    expect(await readFile(local.path("lock"), "utf8")).toContain("other");
  });

  it("is taken over from a dead owner, or when it is broken, and freed at the end", async () => {
    await held("dead");
    const dead = { owner: owner("run-2"), isDead: () => true, isBreaking: false };
    expect((await local.run(one(), { lock: dead })).errors).toEqual([]);
    await expect(stat(local.path("lock"))).rejects.toThrow("ENOENT");
    await held("stuck");
    const broken = { owner: owner("run-3"), isDead: () => false, isBreaking: true };
    expect((await local.run(one(), { lock: broken })).errors).toEqual([]);
  });

  it("that somebody else took meanwhile stops this run before it writes again", async () => {
    const robbed = phase("a", [file(local.path("a"), { content: "a" })], { ready: () => held("robber") });
    const summary = await local.run([robbed, phase("b", [file(local.path("b"), { content: "b" })])]);
    expect(summary.errors[0]?.details.code).toBe("HOST_LOCK_LOST");
    await expect(stat(local.path("b"))).rejects.toThrow("ENOENT");
    expect(await readFile(local.path("lock"), "utf8")).toContain("robber");
  });

  it("is nobody's where it names nobody", async () => {
    await writeFile(local.path("lock"), "");
    expect((await local.run(one())).errors).toEqual([]);
    await expect(stat(local.path("lock"))).rejects.toThrow("ENOENT");
  });

  it("does not come back when it is renewed while it is freed", async () => {
    const lock = local.path("lock");
    await held("run-1");
    const host = await local.host("one").connect();
    // the renewal looks, the lock is freed, the renewal goes on
    await writeFile(local.path("grep"), '#!/bin/sh\n/bin/grep "$@" && rm "$3"\n', { mode: 0o755 });
    const PATH = `${local.folder}:/usr/bin:/bin`;
    const [renewed] = await host.batch([{ ...renewLock(lock, "run-1"), env: { PATH } } as Op]);
    expect(renewed?.kind).toBe("ran");
    await expect(stat(lock)).rejects.toThrow("ENOENT");
  });

  it("does not hinder a plan", async () => {
    await held("other");
    expect((await local.run(one(), { mode: "plan" })).errors).toEqual([]);
  });
});

describe("hosts of one run", () => {
  it("wait for each other where a phase depends on another, and one failure does not hide the others", async () => {
    const order: string[] = [];
    const hosts = ["one", "two", "three"].map((name) => local.host(name));
    const ready =
      (id: string) =>
      async (_: null, { host }: { host: { name: string } }) => {
        if (id === "a" && host.name === "two") await new Promise((resume) => setTimeout(resume, 50));
        order.push(`${id}-${host.name}`);
      };
    const summary = await local.run(
      [
        phase("a", [], { ready: ready("a") }),
        phase("b", [], { dependsOn: ["a"], oneHostAtATime: true, ready: ready("b") }),
      ],
      { hosts },
    );
    expect(summary.errors).toEqual([]);
    expect(order.slice(0, 3).sort()).toEqual(["a-one", "a-three", "a-two"]);
    expect(order.slice(3)).toEqual(["b-one", "b-two", "b-three"]);
  });

  it("are blocked, not failed, when what they depend on failed elsewhere", async () => {
    const down = { name: "down", connect: () => Promise.reject(new Error("no route to host")) };
    const summary = await local.run([phase("a", []), phase("b", [], { dependsOn: ["a"] }), phase("c", [])], {
      hosts: [local.host("up"), down],
    });
    expect(summary.hosts.map(({ outcome }) => outcome)).toEqual(["blocked", "failed"]);
    expect(summary.hosts[0]?.notDone).toEqual(["b", "c"]);
    expect(summary.errors).toHaveLength(1);
  });

  it("finish the write under way when interrupted, and say what is left", async () => {
    const interrupt = new AbortController();
    const stopper = phase("a", [file(local.path("a"), { content: "a" })], { ready: async () => interrupt.abort() });
    const summary = await local.run([stopper, phase("b", [file(local.path("b"), { content: "b" })])], {
      signal: interrupt.signal,
    });
    expect(summary.isInterrupted).toBe(true);
    expect(summary.hosts[0]).toMatchObject({ outcome: "interrupted", notDone: ["b"], changed: 1 });
    expect(await readFile(local.path("a"), "utf8")).toBe("a");
  });
});
