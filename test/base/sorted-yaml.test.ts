import { describe, expect, it } from "vitest";
import { sortedYaml } from "../../src/base/sorted-yaml.ts";

describe("sortedYaml", () => {
  it("sorts keys at every level, keeps lists in order and leaves undefined out", () => {
    expect(sortedYaml({ b: [{ z: 1, a: 2 }, "x"], a: undefined, A: { d: null, c: "" } })).toBe(
      'A:\n  c: ""\n  d: null\nb:\n- a: 2\n  z: 1\n- x\n',
    );
  });
});
