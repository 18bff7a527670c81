import { describe, expect, it } from "vitest";
import { SlipwayError } from "../../../src/base/errors.ts";
import { jsonRenderer } from "../../../src/cli/render/json.ts";
import { linesRenderer } from "../../../src/cli/render/lines.ts";
import { rendererFor } from "../../../src/cli/render/renderer-for.ts";
import { table } from "../../../src/cli/render/table.ts";
import { type RunEventBody, stamped } from "../../../src/phases/engine/event.ts";
import { PreflightError } from "../../../src/phases/engine/preflight-error.ts";
import type { RunSummary } from "../../../src/phases/engine/run/run-summary.ts";

const place = { host: "cp1", phase: "prepare" };

function told(
  events: readonly RunEventBody[],
  { isVerbose = false, summary }: { isVerbose?: boolean; summary?: RunSummary } = {},
) {
  let text = "";
  const renderer = linesRenderer({ write: (more) => (text += more), hasColor: false, isVerbose });
  for (const event of events) stamped("r", () => new Date(0), renderer.show)(event);
  void renderer.finish(summary);
  return text;
}

describe("plain lines", () => {
  const changed: RunEventBody = {
    kind: "resource",
    ...place,
    resource: "file:/etc/x",
    action: "update",
    outcome: "planned",
    cause: "drift",
    differences: [
      { kind: "text", field: "content", diff: "--- a\n+++ a\n@@ -1 +1 @@\n-old\n+new\n" },
      { kind: "field", field: "mode", from: "0600", to: "0644" },
      { kind: "secret", field: "key" },
    ],
  };

  it("begin with host and phase, and show a plan's differences below", () => {
    expect(told([changed])).toBe(`cp1: prepare: ~ file:/etc/x (changed on the host since)
    --- a
    +++ a
    @@ -1 +1 @@
    -old
    +new
    mode: 0600 -> 0644
    key: (secret, changed)
`);
  });

  it("tell what was done, and unchanged things and commands only when asked", () => {
    const events: RunEventBody[] = [
      { ...changed, outcome: "done" },
      { kind: "resource", ...place, resource: "file:/etc/y", action: "none", outcome: "unchanged", differences: [] },
      { kind: "command", host: "cp1", command: "sh -c one\ntwo", exitCode: 0, durationMs: 3 },
    ];
    expect(told(events)).toBe("cp1: prepare: updated file:/etc/x (changed on the host since)\n");
    expect(told(events, { isVerbose: true })).toContain("cp1: prepare: in place file:/etc/y\n");
    expect(told(events, { isVerbose: true })).toContain("cp1: $ sh -c one … (exit 0, 3 ms)\n");
  });

  it("hide secrets that slipped into an event", () => {
    expect(told([{ kind: "note", host: "cp1", text: "join --token abcdef.0123456789abcdef" }])).toBe(
      "cp1: join --token abcdef.[redacted]\n",
    );
  });
});

describe("the summary", () => {
  const host = { host: "cp1", outcome: "done", changed: 2, unchanged: 1, phases: [], notDone: [] } as const;
  const summary: RunSummary = {
    run: "r",
    mode: "apply",
    hosts: [host],
    errors: [],
    changes: 2,
    isInterrupted: false,
    durationMs: 1500,
  };

  it("has a line for each host and says how many things changed", () => {
    expect(told([], { summary })).toBe("\ncp1  done  2 changed, 1 unchanged\n\n2 changed (1 host, 1.5 s)\n");
    expect(told([], { summary: { ...summary, changes: 0 } })).toContain("nothing to change (1 host");
    expect(told([], { summary: { ...summary, mode: "plan" } })).toContain("2 to change; nothing was written");
  });

  it("names what was not done, every error whole, and the slowest steps", () => {
    const error = new SlipwayError({ code: "X", exit: "hostStep", host: "cp1", message: "no", remedy: "do" });
    const phases = [{ phase: "images", outcome: "failed", changed: 0, unchanged: 0, durationMs: 2500 }] as const;
    const failed = { ...host, outcome: "failed", notDone: ["images", "kubelet"], phases, error } as const;
    const text = told([], { summary: { ...summary, hosts: [failed], errors: [error] } });
    expect(text).toContain("cp1  failed  2 changed, 1 unchanged; not done: images, kubelet\n");
    expect(text).toContain("error: cp1: no\n  to do: do\n");
    expect(text).toContain("slowest steps:\n     2.5 s  cp1 images\n");
    expect(text).toContain("failed on 1 of 1 hosts");
  });

  it("puts the failed checks of all hosts into one table", () => {
    const finding = (check: string) => ({ check, severity: "error", message: `${check} is wrong` }) as const;
    const errors = [
      new PreflightError({ host: "cp1", phase: "preflight" }, [finding("NumCPU"), finding("Mem")]),
      new PreflightError({ host: "worker1", phase: "preflight" }, [finding("Port-10250")]),
    ];
    expect(told([], { summary: { ...summary, errors } })).toContain(`preflight checks failed:
HOST     CHECK       ERROR
cp1      NumCPU      NumCPU is wrong
cp1      Mem         Mem is wrong
worker1  Port-10250  Port-10250 is wrong
to do: mend them, or pass --ignore-preflight-errors with their names
`);
  });
});

it("JSON has one event a line, without details unless asked", () => {
  const lines: string[] = [];
  const show = (isVerbose: boolean) => {
    const renderer = jsonRenderer({ write: (line) => lines.push(line), hasColor: false, isVerbose });
    stamped(
      "r1",
      () => new Date(0),
      renderer.show,
    )({ kind: "command", host: "a", command: "x", exitCode: 0, durationMs: 1 });
    stamped("r1", () => new Date(0), renderer.show)({ kind: "note", text: "hello" });
  };
  show(false);
  expect(lines).toEqual([
    '{"schema":"slipway.dev/v1","time":"1970-01-01T00:00:00.000Z","run":"r1","kind":"note","text":"hello"}\n',
  ]);
  show(true);
  expect(lines).toHaveLength(3);
});

describe("the renderer", () => {
  const rendered = async (env: Record<string, string>, terminal: { isTTY?: boolean; columns?: number }) => {
    let text = "";
    const stdout = { ...terminal, write: (more: string) => (text += more) };
    const renderer = await rendererFor({ output: "auto", verbose: false }, { stdout, env });
    stamped(
      "r",
      () => new Date(0),
      renderer.show,
    )({ kind: "check", ...place, check: "Swap", severity: "warning", message: "on" });
    return text;
  };

  it.each([
    ["without a terminal", {}, {}],
    ["in CI", { CI: "true" }, { isTTY: true, columns: 80 }],
    ["on a dumb terminal", { TERM: "dumb" }, { isTTY: true, columns: 80 }],
    ["with NO_COLOR on a narrow terminal", { NO_COLOR: "1" }, { isTTY: true, columns: 20 }],
  ])("prints plain lines without colour %s", async (_, env, terminal) => {
    expect(await rendered(env, terminal)).toBe("cp1: prepare: [WARNING Swap]: on\n");
  });
});

it("a table has columns of equal width and no trailing blanks", () => {
  expect(
    table([
      ["A", "LONG"],
      ["bbb", "c"],
    ]),
  ).toBe("A    LONG\nbbb  c\n");
});
