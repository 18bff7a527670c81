import { describe, expect, it } from "vitest";
import { leader, type Standing } from "../../src/apply/leading-control-plane.ts";

const standings = (...kinds: Standing["kind"][]): Standing[] =>
  kinds.map((kind, index) => ({ name: `cp${index + 1}`, kind }));

describe("the control plane that a run works through", () => {
  it.each([
    ["the first of a new cluster", standings("empty", "empty", "empty"), "cp1"],
    ["the first that holds the cluster", standings("has-cluster", "has-cluster", "empty"), "cp1"],
    ["another when the first is dead", standings("unreachable", "has-cluster", "has-cluster"), "cp2"],
    ["another when the first was reinstalled", standings("empty", "unreachable", "has-cluster"), "cp3"],
    [
      "the first, dead, when nobody else holds a cluster: nothing begins then",
      standings("unreachable", "empty"),
      "cp1",
    ],
  ])("is %s", (_, all, expected) => {
    expect(leader(all)).toBe(expected);
  });

  it("is nobody while a host that does not answer may hold the cluster", () => {
    expect(() => leader(standings("empty", "unreachable"))).toThrow(/cp2 may: it does not answer/);
  });
});
