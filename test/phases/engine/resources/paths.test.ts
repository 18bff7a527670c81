import { describe, expect, it } from "vitest";
import { sha256 } from "../../../../src/base/sha256.ts";
import type { OpResult, PathState } from "../../../../src/hosts/op.ts";
import { absent } from "../../../../src/phases/engine/resources/absent.ts";
import { directory } from "../../../../src/phases/engine/resources/directory.ts";
import { file } from "../../../../src/phases/engine/resources/file.ts";
import { symlink } from "../../../../src/phases/engine/resources/symlink.ts";
import { systemdUnit } from "../../../../src/phases/engine/resources/systemd-unit.ts";
import { found, nothingChanging } from "./found.ts";

const state = (one: PathState): OpResult => ({ kind: "read", state: one });
const aDirectory = state({ kind: "directory", mode: 0o700, owner: "root:root" });
const aLink = (target: string) => state({ kind: "symlink", target });
const missing = [{ kind: "missing" }];

describe("a directory", () => {
  const wanted = directory("/etc/x", { mode: 0o700 });

  it("is looked at, made where nothing is, and left alone where it is right", () => {
    expect(wanted.probe()).toEqual([{ kind: "read", path: "/etc/x", want: "stat" }]);
    expect(wanted.diff([found.absent], nothingChanging)).toEqual(missing);
    expect(wanted.diff([aDirectory], nothingChanging)).toEqual([]);
    expect(wanted.converge([], [])).toEqual([{ kind: "mkdir", path: "/etc/x", mode: 0o700, owner: "root:root" }]);
  });

  it("differs by mode, owner and what stands there instead", () => {
    const other = directory("/etc/x", { mode: 0o755, owner: "daemon:root" });
    expect(other.diff([aDirectory], nothingChanging)).toEqual([
      { kind: "field", field: "mode", from: "0700", to: "0755" },
      { kind: "field", field: "owner", from: "root:root", to: "daemon:root" },
    ]);
    expect(other.diff([found.file("")], nothingChanging)).toMatchObject([{ field: "kind", from: "file" }]);
    expect(other.hash).not.toBe(wanted.hash);
  });

  it("is taken away only when it is empty", () => {
    expect(wanted.undo).toEqual([{ kind: "run", argv: ["rmdir", "--ignore-fail-on-non-empty", "--", "/etc/x"] }]);
  });
});

describe("a file", () => {
  const wanted = file("/etc/x", { content: "a\nb\n", mode: 0o600 });
  const write = { kind: "write", path: "/etc/x", content: "a\nb\n", mode: 0o600, owner: "root:root" };

  it("is read whole, written where nothing is, and left alone where it is right", () => {
    expect(wanted.probe()).toEqual([{ kind: "read", path: "/etc/x", want: "content" }]);
    expect(wanted.diff([found.absent], nothingChanging)).toEqual(missing);
    expect(wanted.diff([found.file("a\nb\n", { mode: 0o600 })], nothingChanging)).toEqual([]);
    expect(wanted.converge([found.absent], [])).toEqual([write]);
  });

  it("differs by a unified diff of its text, and by mode and owner", () => {
    const differences = wanted.diff([found.file("a\nc\n", { owner: "daemon:root" })], nothingChanging);
    expect(differences).toMatchObject([
      { kind: "text", field: "content", diff: expect.stringContaining("-c\n+b") },
      { kind: "field", field: "mode", from: "0644", to: "0600" },
      { kind: "field", field: "owner", from: "daemon:root", to: "root:root" },
    ]);
  });

  it("that is secret is compared by its hash and shows nothing of it", () => {
    const secret = file("/etc/x", { content: "hush", secret: true });
    expect(secret.probe()).toMatchObject([{ want: "sha256" }]);
    const there = (text: string) =>
      state({ kind: "file", mode: 0o644, owner: "root:root", size: text.length, sha256: sha256(text) });
    expect(secret.diff([there("hush")], nothingChanging)).toEqual([]);
    expect(secret.diff([there("other")], nothingChanging)).toEqual([{ kind: "secret", field: "content" }]);
  });

  it("that is large is compared by its hash and shows sizes", () => {
    const large = file("/etc/x", { content: "x".repeat(70_000) });
    const small = state({ kind: "file", mode: 0o644, owner: "root:root", size: 3, sha256: sha256("abc") });
    expect(large.probe()).toMatchObject([{ want: "sha256" }]);
    expect(large.diff([small], nothingChanging)).toEqual([
      { kind: "field", field: "content", from: "3 bytes", to: "70000 bytes" },
    ]);
  });

  it("replaces a link rather than what the link leads to", () => {
    expect(wanted.diff([aLink("/etc/y")], nothingChanging)).toMatchObject([{ field: "kind", from: "symlink" }]);
    expect(wanted.converge([aLink("/etc/y")], [])).toEqual([{ kind: "remove", path: "/etc/x" }, write]);
  });

  it("of systemd stands where the administrator's units do", () => {
    expect(systemdUnit("x.service", "[Service]\n").id).toBe("file:/etc/systemd/system/x.service");
  });
});

describe("a symbolic link", () => {
  const wanted = symlink("/etc/x", "y");

  it("is made, left alone, and pointed elsewhere", () => {
    expect(wanted.probe()).toEqual([{ kind: "read", path: "/etc/x", want: "stat" }]);
    expect(wanted.diff([found.absent], nothingChanging)).toEqual(missing);
    expect(wanted.diff([aLink("y")], nothingChanging)).toEqual([]);
    expect(wanted.diff([aLink("z")], nothingChanging)).toEqual([
      { kind: "field", field: "target", from: "z", to: "y" },
    ]);
    expect(wanted.diff([found.file("")], nothingChanging)).toMatchObject([{ field: "kind", to: "symlink" }]);
    expect(wanted.converge([], [])).toEqual([{ kind: "symlink", path: "/etc/x", target: "y" }]);
    expect(wanted.undo).toEqual([{ kind: "remove", path: "/etc/x" }]);
  });
});

it("what should be absent is removed, with what is below it only when that was said", () => {
  expect(absent("/x").diff([found.absent], nothingChanging)).toEqual([]);
  expect(absent("/x").diff([found.file("")], nothingChanging)).toEqual([{ kind: "unwanted" }]);
  expect(absent("/x").converge([], [])).toEqual([{ kind: "remove", path: "/x", recursive: false }]);
  expect(absent("/x", { recursive: true }).converge([], [])).toMatchObject([{ recursive: true }]);
});
