import { describe, expect, it } from "vitest";
import { columns } from "../../src/base/columns.ts";

describe("columns", () => {
  it("line up by the widest cell, the last column left ragged", () => {
    expect(columns([["A", "B", "C"], ["longer", "x", "tail  "], ["s"]], 3)).toBe(
      "A        B   C\nlonger   x   tail  \ns\n",
    );
    expect(columns([], 2)).toBe("");
  });
});
