import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { batchResults } from "../../../src/hosts/batch/batch-results.ts";
import { batchLoader, batchScript } from "../../../src/hosts/batch/batch-script.ts";
import type { Op, PathState } from "../../../src/hosts/op.ts";

/** A shell that waits for more would hold up the whole suite. */
const timeout = 20_000;

test("a batch cut anywhere before its end runs nothing at all", () => {
  const folder = mkdtempSync(join(tmpdir(), "slipway-cut-"));
  try {
    const path = join(folder, "made");
    const script = batchScript([{ kind: "run", argv: ["touch", path] }], { keepGoing: false });
    const closing = script.lastIndexOf("}\n");
    for (let end = closing; end > closing - 120; end -= 1) {
      spawnSync("sh", ["-c", batchLoader], { input: script.slice(0, end), timeout });
      expect(existsSync(path), `cut at ${end} of ${script.length}`).toBe(false);
    }
    execFileSync("sh", ["-c", batchLoader], { input: script, timeout });
    expect(existsSync(path)).toBe(true);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.each(["dash", "bash"])("%s reads a group of paths, whatever they are called and hold", (shell) => {
  const folder = mkdtempSync(join(tmpdir(), "slipway-reads-"));
  try {
    const contents = { 'it\'s "$HOME" `x`': "no newline", "-n": "a\0b\n", empty: "", "two\nlines": "\n\n" };
    for (const [name, content] of Object.entries(contents)) writeFileSync(join(folder, name), content);
    symlinkSync("to\nnowhere", join(folder, "link"));
    const names = [...Object.keys(contents), "link", "absent"];
    const ops = names.map((name): Op => ({ kind: "read", path: join(folder, name), want: "content" }));
    const input = batchScript(ops, { keepGoing: false });
    const results = batchResults(ops, execFileSync(shell, ["-c", batchLoader], { input, encoding: "utf8", timeout }));
    expect(results?.map((result) => (result.kind === "read" ? told(result.state) : result))).toEqual([
      ...Object.values(contents),
      "to\nnowhere",
      "absent",
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

function told(state: PathState): string {
  if (state.kind === "symlink") return state.target;
  return state.kind === "file" ? Buffer.from(state.content ?? []).toString() : state.kind;
}

test("paths that are not absolute, or are the root, are refused before anything is sent", () => {
  for (const path of ["etc/hosts", "/", ""]) {
    expect(() => batchScript([{ kind: "remove", path, recursive: true }], { keepGoing: false })).toThrow(TypeError);
  }
});

test("names that sh can't export are refused", () => {
  const env = { "A;rm -rf": "x" };
  expect(() => batchScript([{ kind: "run", argv: ["true"], env }], { keepGoing: false })).toThrow(TypeError);
});
