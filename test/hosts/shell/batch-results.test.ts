import { expect, test } from "vitest";
import type { Op } from "../../../src/hosts/op.ts";
import { batchResults } from "../../../src/hosts/shell/batch-results.ts";

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
