import { createHash, randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { arch, hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { until } from "../../../src/base/until.ts";
import { connectHost } from "../../../src/hosts/connect.ts";
import type { Host } from "../../../src/hosts/host.ts";
import { addressOf, aroundOf } from "./around.ts";
import { type Sshd, startSshd } from "./sshd.ts";

let sshd: Sshd;
beforeAll(async () => {
  sshd = await startSshd();
});
afterAll(() => sshd.stop());

const kinds = {
  "this machine": () => connectHost({ kind: "local", name: "cp1" }, aroundOf(sshd)),
  "a host over SSH": () => connectHost(addressOf(sshd), aroundOf(sshd)),
};

describe.each(Object.entries(kinds))("%s", (_kind, connect) => {
  let host: Host;
  let folder: string;
  beforeAll(async () => {
    host = await connect();
  });
  afterAll(() => host.close());
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "slipway-host-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  test("runs a command with its arguments, input, environment and folder", async () => {
    const script = 'printf "%s|" "$@" "$WORD" "$PWD"; cat; echo é >&2';
    const result = await host.run(["sh", "-c", script, "sh", "it's", "a  b", ""], {
      stdin: "in\0put",
      env: { WORD: "two\nlines '$HOME'" },
      cwd: "/usr",
    });
    expect(result).toMatchObject({
      exitCode: 0,
      stdout: "it's|a  b||two\nlines '$HOME'|/usr|in\0put",
      stderr: "é\n",
    });
  });

  test("an exit code that was not asked for rejects with what the command said", async () => {
    await expect(host.run(["sh", "-c", "echo boom >&2; exit 3"])).rejects.toMatchObject({
      details: { code: "COMMAND_FAILED", host: "cp1", got: "boom" },
      result: { exitCode: 3 },
    });
    expect(await host.run(["sh", "-c", "exit 3"], { okExitCodes: [3] })).toMatchObject({ exitCode: 3 });
    expect(await host.run(["no-such-program"], { okExitCodes: [127] })).toMatchObject({ exitCode: 127 });
    expect(await host.run(["sh", "-c", "kill -KILL $$"], { okExitCodes: [137] })).toMatchObject({ exitCode: 137 });
  });

  test("output is passed on while the command runs", async () => {
    const seen: string[] = [];
    const script = "echo one; read -r _ <$0; echo two";
    const gate = join(folder, "gate");
    await host.run(["mkfifo", gate]);
    const running = host.run(["sh", "-c", script, gate], {
      onOutput: (stream, text) => seen.push(`${stream} ${text}`),
    });
    await until(() => seen.length === 1, { for: "the first line", withinMs: 60_000, everyMs: 10 });
    await writeFile(gate, "go\n");
    await running;
    expect(seen).toEqual(["stdout one\n", "stdout two\n"]);
  });

  test.each(["deadline", "abort"])("at its %s a command is ended with all that it started", async (way) => {
    const mark = `3${process.pid}${way.length}${_kind.length}`;
    const controller = new AbortController();
    const options = way === "abort" ? { signal: controller.signal } : { deadlineMs: 300 };
    const script = `sleep ${mark} & sleep ${mark}; wait`;
    const running = host.run(["sh", "-c", script], options);
    const code = way === "abort" ? "ABORTED" : "DEADLINE_EXCEEDED";
    let isOver = false;
    const rejected = expect(running.finally(() => (isOver = true))).rejects.toMatchObject({
      details: { code, host: "cp1" },
    });
    const sleepers = async () =>
      (await host.run(["pgrep", "-fx", `sleep ${mark}`], { okExitCodes: [0, 1] })).stdout.split("\n").length - 1;
    // where the machine is slow the deadline may pass before both have begun
    await until(async () => isOver || (await sleepers()) === 2, { for: "both sleeps", withinMs: 60_000, everyMs: 20 });
    controller.abort();
    await rejected;
    expect(await sleepers()).toBe(0);
  });

  test("a batch reads what stands at paths in one go", async () => {
    await writeFile(join(folder, "file"), "content\0", { mode: 0o640 });
    await writeFile(join(folder, "empty"), "");
    await symlink("no where", join(folder, "link"));
    await symlink("two\nlines", join(folder, "other link"));
    const read = (name: string, want: "content" | "sha256" | "stat") =>
      ({ kind: "read", path: join(folder, name), want }) as const;
    const sha256 = createHash("sha256").update("content\0").digest("hex");
    const owner = "root:root";
    expect(
      (
        await host.batch([
          read("file", "content"),
          read("file", "sha256"),
          read("empty", "content"),
          read("link", "content"),
          read("other link", "sha256"),
          read("absent", "stat"),
          read("file/below", "stat"),
          read(".", "stat"),
          { kind: "read", path: "/dev/null", want: "content" },
          { kind: "read", path: "/proc/sys/kernel/hostname", want: "content" },
        ])
      ).map((result) => (result.kind === "read" ? result.state : result)),
    ).toEqual([
      { kind: "file", mode: 0o640, owner, size: 8, content: Buffer.from("content\0") },
      { kind: "file", mode: 0o640, owner, size: 8, sha256 },
      { kind: "file", mode: 0o644, owner, size: 0, content: Buffer.alloc(0) },
      { kind: "symlink", target: "no where" },
      { kind: "symlink", target: "two\nlines" },
      { kind: "absent" },
      { kind: "absent" },
      { kind: "directory", mode: 0o700, owner },
      { kind: "other", mode: 0o666, owner },
      { kind: "file", mode: 0o644, owner, size: hostname().length + 1, content: Buffer.from(`${hostname()}\n`) },
    ]);
  });

  test("a file that can't be read, and one that hides its size, spoil none of those read with them", async () => {
    await symlink("/proc", join(folder, "proc"));
    await writeFile(join(folder, "a"), "first");
    await writeFile(join(folder, "b"), "second");
    const paths = ["a", "proc/1/mem", "proc/sys/kernel/hostname", "b"].map((name) => join(folder, name));
    const ops = paths.map((path) => ({ kind: "read", path, want: "content" }) as const);
    const results = await host.batch(ops, { keepGoing: true });
    const contents = results.map((result) =>
      result.kind === "read" && result.state.kind === "file"
        ? Buffer.from(result.state.content ?? "").toString()
        : result.kind,
    );
    expect(contents).toEqual(["first", "failed", `${hostname()}\n`, "second"]);
    expect((await host.batch([ops[0]!, ops[2]!, ops[3]!])).every(({ kind }) => kind === "read")).toBe(true);
  });

  test("a batch writes files with mode and owner, makes parents, and leaves nothing else", async () => {
    const content = randomBytes(3_000_000);
    const path = join(folder, "it's new", "a b");
    const results = await host.batch([
      { kind: "write", path, content, mode: 0o600, owner: "daemon:nogroup" },
      { kind: "write", path: join(folder, "text"), content: "ünï", mode: 0o4755 },
      { kind: "write", path: join(folder, "none"), content: "", mode: 0o644 },
      { kind: "mkdir", path: join(folder, "d", "e"), mode: 0o711, owner: "daemon:root" },
      { kind: "symlink", path: join(folder, "link"), target: "text" },
      { kind: "read", path, want: "sha256" },
      { kind: "read", path: join(folder, "d", "e"), want: "stat" },
    ]);
    expect(results.slice(0, 5)).toEqual(Array(5).fill({ kind: "done" }));
    const sha256 = createHash("sha256").update(content).digest("hex");
    expect(results[5]).toMatchObject({ state: { mode: 0o600, owner: "daemon:nogroup", size: 3_000_000, sha256 } });
    expect(results[6]).toEqual({ kind: "read", state: { kind: "directory", mode: 0o711, owner: "daemon:root" } });
    expect((await stat(join(folder, "it's new"))).mode & 0o777).toBe(0o755);
    expect(await readFile(join(folder, "link"), "utf8")).toBe("ünï");
    expect((await stat(join(folder, "text"))).mode & 0o7777).toBe(0o4755);
    expect((await readdir(folder)).sort()).toEqual(["d", "it's new", "link", "none", "text"]);
    expect(await readdir(join(folder, "it's new"))).toEqual(["a b"]);
  });

  test("what dead writers left beside a file is removed by the next write", async () => {
    await writeFile(join(folder, ".file.slipway-4194999"), "half");
    await host.batch([{ kind: "write", path: join(folder, "file"), content: "whole", mode: 0o644 }]);
    expect(await readdir(folder)).toEqual(["file"]);
  });

  test("so is what they left before a reboot, when their number is another process's now, or the writer's own", async () => {
    const [file, link] = [join(folder, "file"), join(folder, "link")];
    // the shell that runs the batch is the parent
    const ofWriter = ': >"$1.slipway-$PPID"; ln -s none "$2.slipway-$PPID"';
    await writeFile(join(folder, `.file.slipway-${process.pid}`), "half");
    const results = await host.batch([
      { kind: "run", argv: ["sh", "-c", ofWriter, "sh", join(folder, ".file"), join(folder, ".link")] },
      { kind: "write", path: file, content: "whole", mode: 0o644 },
      { kind: "symlink", path: link, target: "file" },
    ]);
    expect(results.map(({ kind }) => kind)).toEqual(["ran", "done", "done"]);
    expect((await readdir(folder)).sort()).toEqual(["file", "link"]);
  });

  test("after a failure the rest is not run, unless the batch keeps going", async () => {
    await mkdir(join(folder, "taken"));
    const ops = [
      { kind: "run", argv: ["sh", "-c", "cat; echo w >&2"], stdin: "a\0b", env: { X: "1" } },
      { kind: "write", path: join(folder, "taken"), content: "secret words", mode: 0o644 },
      { kind: "run", argv: ["sh", "-c", "echo bad >&2; exit 4"] },
      { kind: "remove", path: join(folder, "absent") },
      { kind: "remove", path: join(folder, "taken"), recursive: true },
    ] as const;
    const stopped = await host.batch(ops);
    expect(stopped.map(({ kind }) => kind)).toEqual(["ran", "failed", "notRun", "notRun", "notRun"]);
    expect(stopped[0]).toMatchObject({ exitCode: 0, stdout: "a\0b", stderr: "w\n" });
    expect(JSON.stringify(stopped)).not.toContain("secret words");
    const all = await host.batch(ops, { keepGoing: true });
    expect(all.map(({ kind }) => kind)).toEqual(["ran", "failed", "failed", "done", "done"]);
    expect(all[2]).toMatchObject({ exitCode: 4, got: "bad" });
    expect(await readdir(folder)).toEqual([]);
  });

  test("a directory with something in it is removed only when that was asked for", async () => {
    await mkdir(join(folder, "full", "inner"), { recursive: true });
    const [refused, emptied] = await host.batch(
      [
        { kind: "remove", path: join(folder, "full") },
        { kind: "remove", path: join(folder, "full", "inner") },
      ],
      { keepGoing: true },
    );
    expect([refused?.kind, emptied?.kind]).toEqual(["failed", "done"]);
  });

  test("a full disk fails the write by name and leaves the old file whole", async () => {
    const disk = join(folder, "disk");
    await mkdir(disk);
    await host.run(["mount", "-t", "tmpfs", "-o", "size=256k", "none", disk]);
    try {
      await writeFile(join(disk, "file"), "old");
      const [result] = await host.batch([
        { kind: "write", path: join(disk, "file"), content: randomBytes(400_000), mode: 0o644 },
      ]);
      expect(result).toMatchObject({ kind: "failed", got: expect.stringContaining("No space left") });
      expect(await readFile(join(disk, "file"), "utf8")).toBe("old");
      expect(await readdir(disk)).toEqual(["file"]);
      await writeFile(join(folder, "source"), randomBytes(400_000));
      const upload = host.upload(join(folder, "source"), join(disk, "file"), { mode: 0o644 });
      await expect(upload).rejects.toMatchObject({ details: { got: expect.stringContaining("No space left") } });
      expect(await readFile(join(disk, "file"), "utf8")).toBe("old");
      expect(await readdir(disk)).toEqual(["file"]);
    } finally {
      await host.run(["umount", disk]);
    }
  });

  test("an upload is sent once, skipped when it is there, and goes on where one stopped", async () => {
    const source = join(folder, "source");
    const content = randomBytes(2_000_000);
    await writeFile(source, content);
    const path = join(folder, "deep", "target");
    const steps: number[] = [];
    const options = { mode: 0o755, owner: "daemon:root", onProgress: (sent: number) => steps.push(sent) };
    expect(await host.upload(source, path, options)).toEqual({ kind: "sent", bytes: 2_000_000 });
    expect(steps.at(-1)).toBe(2_000_000);
    expect((await readFile(path)).equals(content)).toBe(true);
    expect((await stat(path)).mode & 0o777).toBe(0o755);
    expect(await host.upload(source, path, { mode: 0o700 })).toEqual({ kind: "unchanged" });
    expect((await stat(path)).mode & 0o777).toBe(0o700);

    await rm(path);
    await writeFile(join(folder, "deep", ".target.slipway-part.abc123"), content.subarray(0, 1_500_000));
    // Whole blocks of 1 MiB are kept.
    expect(await host.upload(source, path, options)).toEqual({ kind: "sent", bytes: 2_000_000 - 1_048_576 });
    expect((await readFile(path)).equals(content)).toBe(true);

    await writeFile(path, "other");
    await writeFile(join(folder, "deep", ".target.slipway-part.abc124"), randomBytes(1_500_000));
    expect(await host.upload(source, path, options)).toEqual({ kind: "sent", bytes: 2_000_000 });
    expect((await readFile(path)).equals(content)).toBe(true);
    expect(await readdir(join(folder, "deep"))).toEqual(["target"]);
  });

  test("an upload of an empty file and of a file that is not there", async () => {
    await writeFile(join(folder, "empty"), "");
    expect(await host.upload(join(folder, "empty"), join(folder, "copy"), { mode: 0o600 })).toEqual({
      kind: "sent",
      bytes: 0,
    });
    expect((await stat(join(folder, "copy"))).size).toBe(0);
    const upload = host.upload(join(folder, "absent"), join(folder, "copy"), { mode: 0o600 });
    await expect(upload).rejects.toMatchObject({ details: { code: "UPLOAD_SOURCE_UNREADABLE", host: "cp1" } });
  });

  test("facts tell of the host", async () => {
    const askedAtMs = Date.now();
    const facts = await host.facts();
    const tookMs = Date.now() - askedAtMs;
    expect(facts).toMatchObject({
      hostname: hostname(),
      arch: arch() === "x64" ? "amd64" : arch(),
      packageManager: "apt",
    });
    // it is this machine's clock, read somewhere between question and answer
    expect(Math.abs(facts.clockOffsetMs)).toBeLessThanOrEqual(tookMs / 2 + 100);
    expect(facts.addresses).toContainEqual({ interface: "lo", address: "127.0.0.1", prefixLength: 8 });
    expect(facts.memoryBytes).toBeGreaterThan(2 ** 28);
    expect(facts.freeDiskBytes["/"]).toBeGreaterThan(0);
    expect(facts.bootId).toMatch(/^[0-9a-f-]{36}$/);
    expect(await host.facts()).toBe(facts);
  });

  test.each(["tcp", "unix"] as const)("a %s tunnel carries bytes both ways", async (kind) => {
    const server = createServer((socket) => socket.pipe(socket));
    const path = join(folder, "socket");
    await new Promise<void>((resolve) =>
      kind === "tcp" ? server.listen(0, "127.0.0.1", resolve) : server.listen(path, resolve),
    );
    try {
      const address = server.address();
      const port = address !== null && typeof address === "object" ? address.port : 0;
      const stream = await host.tunnel(kind === "tcp" ? { kind, host: "127.0.0.1", port } : { kind, path });
      const sent = randomBytes(500_000);
      stream.end(sent);
      expect(Buffer.concat(await stream.toArray()).equals(sent)).toBe(true);
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
    const nothing = host.tunnel(kind === "tcp" ? { kind, host: "127.0.0.1", port: 1 } : { kind, path: "/nothing" });
    await expect(nothing).rejects.toMatchObject({ details: { code: "TUNNEL_REFUSED", host: "cp1" } });
  });
});
