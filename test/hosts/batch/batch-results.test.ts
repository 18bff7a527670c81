import { expect, test } from "vitest";
import { batchResults } from "../../../src/hosts/batch/batch-results.ts";
import type { Op } from "../../../src/hosts/op.ts";

const read = (want: "content" | "sha256" | "stat"): Op => ({ kind: "read", path: "/etc/a", want });
const run: Op = { kind: "run", argv: ["false", "x"] };
const base64 = (text: string): string => Buffer.from(text).toString("base64");

test("a file's state comes with what was asked for", () => {
  const output = `${base64("hello")}\n= 0 state 4755 root:UNKNOWN 0:1234 5 regular file\n= 1 absent\n= end\n`;
  expect(batchResults([read("content"), read("stat")], output)).toEqual([
    {
      kind: "read",
      state: { kind: "file", mode: 0o4755, owner: "root:1234", size: 5, content: Buffer.from("hello") },
    },
    { kind: "read", state: { kind: "absent" } },
  ]);
});

test("a group's hashes, contents and targets go to the paths that they belong to", () => {
  const hash = "ab".repeat(32);
  const output = [
    "= 0 absent",
    `\\${hash}  /etc/\\n`,
    "= hashes 1",
    base64("onem-a-r-k\nthree\nm-a-r-k\nno where\0"),
    "= found m-a-r-k 2 4 links 5",
    "644 root:root 0:0 9 regular file",
    "600 root:root 0:0 3 regular file",
    "755 root:root 0:0 4096 directory",
    "640 root:root 0:0 5 regular file",
    "777 root:root 0:0 8 symbolic link",
    "= states 1 2 3 4 5",
    "= end\n",
  ].join("\n");
  const wants = ["stat", "sha256", "content", "content", "content", "content"] as const;
  const owner = "root:root";
  expect(
    batchResults(wants.map(read), output)?.map((result) => (result.kind === "read" ? result.state : result)),
  ).toEqual([
    { kind: "absent" },
    { kind: "file", mode: 0o644, owner, size: 9, sha256: hash },
    { kind: "file", mode: 0o600, owner, size: 3, content: Buffer.from("one") },
    { kind: "directory", mode: 0o755, owner },
    { kind: "file", mode: 0o640, owner, size: 6, content: Buffer.from("three\n") },
    { kind: "symlink", target: "no where" },
  ]);
});

test("what a group found before something changed is dropped for what its reads find one by one", () => {
  const hash = "cd".repeat(32);
  const state = "644 root:root 0:0 2 regular file";
  const output = `${hash}  /a\n= hashes 0\n= dropped\n${base64("no")}\n= 0 state ${state}\n${state}\n= states 1\n= end\n`;
  expect(batchResults([read("content"), read("stat")], output)).toEqual([
    { kind: "read", state: { kind: "file", mode: 0o644, owner: "root:root", size: 2, content: Buffer.from("no") } },
    { kind: "read", state: { kind: "file", mode: 0o644, owner: "root:root", size: 2 } },
  ]);
});

test("a failed operation tells what was tried and what the host said, and the rest was not run", () => {
  const output = `b3V0\n-\nZXJy\n-\n${base64("boom\n")}\n= 0 failed 3\n= end\n`;
  expect(batchResults([run, run], output)).toEqual([
    { kind: "failed", tried: "false x", got: "boom", exitCode: 3, stderr: "boom\n" },
    { kind: "notRun" },
  ]);
});

test("a command's two outputs and its duration are told apart", () => {
  const output = `b3V0\n-\nZXJy\n= 0 ran 0 10.50 10.75\n= end\n`;
  expect(batchResults([run], output)).toEqual([
    { kind: "ran", exitCode: 0, stdout: "out", stderr: "err", durationMs: 250 },
  ]);
});

test("output without its end is no result", () => {
  expect(batchResults([read("stat")], "= 0 absent\n")).toBeUndefined();
});
