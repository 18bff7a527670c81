import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { batchLoader, batchScript } from "../../../src/hosts/batch/batch-script.ts";

test("a batch cut anywhere before its end runs nothing at all", () => {
  const folder = mkdtempSync(join(tmpdir(), "slipway-cut-"));
  try {
    const path = join(folder, "made");
    const script = batchScript([{ kind: "run", argv: ["touch", path] }], { keepGoing: false });
    const closing = script.lastIndexOf("}\n");
    for (let end = closing; end > closing - 120; end -= 1) {
      spawnSync("sh", ["-c", batchLoader], { input: script.slice(0, end) });
      expect(existsSync(path), `cut at ${end} of ${script.length}`).toBe(false);
    }
    execFileSync("sh", ["-c", batchLoader], { input: script });
    expect(existsSync(path)).toBe(true);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("paths that are not absolute, or are the root, are refused before anything is sent", () => {
  for (const path of ["etc/hosts", "/", ""]) {
    expect(() => batchScript([{ kind: "remove", path, recursive: true }], { keepGoing: false })).toThrow(TypeError);
  }
});

test("names that sh can't export are refused", () => {
  const env = { "A;rm -rf": "x" };
  expect(() => batchScript([{ kind: "run", argv: ["true"], env }], { keepGoing: false })).toThrow(TypeError);
});
