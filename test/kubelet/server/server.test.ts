import { mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { nodeAccess } from "../../../src/kubelet/server/authorization.ts";
import { logLines, tailOffset } from "../../../src/kubelet/server/log-file.ts";
import { parseLogLine, renderLogLine } from "../../../src/kubelet/server/log-line.ts";

let directory = "";
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "kubelet-logs-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

test.each([
  ["GET", "/stats/summary", "get", ["stats"]],
  ["GET", "/metrics/resource", "get", ["metrics"]],
  ["GET", "/logs/x", "get", ["log"]],
  ["GET", "/healthz", "get", ["healthz", "proxy"]],
  ["GET", "/pods", "get", ["pods", "proxy"]],
  ["GET", "/containerLogs/ns/pod/c", "get", ["proxy"]],
  ["POST", "/exec/ns/pod/c", "create", ["proxy"]],
  ["GET", "/statsother", "get", ["proxy"]],
])("%s %s asks for %s of nodes/%o", (method, path, verb, subresources) => {
  expect(nodeAccess(method, path)).toEqual({ verb, subresources });
});

const time = "2026-01-02T03:04:05.6Z";
const parsed = (text: string) => {
  const line = parseLogLine(Buffer.from(text));
  if (!line) throw new Error("no log line");
  return line;
};

test("log lines are read, parts and empty ones too", () => {
  expect(parsed(`${time} stdout F hello world`)).toMatchObject({ time, stream: "stdout", isWhole: true });
  expect(parsed(`${time} stderr P part`)).toMatchObject({ stream: "stderr", isWhole: false });
  expect(parsed(`${time} stdout F `).text.toString()).toBe("");
  expect(parseLogLine(Buffer.from("nonsense"))).toBeUndefined();
});

test("what a reader gets: line ends, time stamps, only wanted lines", () => {
  const format = { timestamps: false, sinceMs: undefined, stream: undefined };
  const whole = parsed(`${time} stdout F hello`);
  const render = (line = whole, more = {}, continues = false) =>
    renderLogLine(line, { ...format, ...more }, continues).toString();
  expect(render()).toBe("hello\n");
  expect(render(parsed(`${time} stdout P hel`))).toBe("hel");
  expect(render(whole, { timestamps: true })).toBe(`${time} hello\n`);
  expect(render(whole, { timestamps: true }, true)).toBe("hello\n");
  expect(render(whole, { stream: "stderr" })).toBe("");
  expect(render(whole, { sinceMs: Date.parse(time) + 1 })).toBe("");
});

test.each([
  ["a\nb\nc\n", 2, "b\nc\n"],
  ["a\nb\nc", 1, "c"],
  ["a\nb\nc\n", 9, "a\nb\nc\n"],
  ["a\n", 0, ""],
  [`${"x".repeat(70_000)}\nlast\n`, 1, "last\n"],
])("the tail of a log: %#", async (text, lines, expected) => {
  const path = join(directory, "log");
  await writeFile(path, text);
  const file = await open(path);
  try {
    expect(text.slice(await tailOffset(file, text.length, lines))).toBe(expected);
  } finally {
    await file.close();
  }
});

test("following goes on through a rotation and ends with its container", async () => {
  const path = join(directory, "0.log");
  await writeFile(path, "one\n");
  let running = true;
  const signal = AbortSignal.timeout(25_000);
  const lines: string[] = [];
  for await (const line of logLines(path, {
    tailLines: undefined,
    follow: true,
    signal,
    isOpen: async () => running,
  })) {
    lines.push(line.toString());
    if (line.toString() === "one") {
      await rm(path);
      await writeFile(path, "two\n");
    }
    if (line.toString() === "two") running = false;
  }
  expect(lines).toEqual(["one", "two"]);
});
