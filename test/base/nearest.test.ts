import { expect, it } from "vitest";
import { nearest } from "../../src/base/nearest.ts";

it.each([
  ["keypath", "keyPath"],
  ["adress", "address"],
  ["rol", "role"],
  ["netwrk", "network"],
])("takes %s for %s", (written, meant) => {
  expect(nearest(written, ["address", "keyPath", "role", "network", "port"])).toBe(meant);
});

it("guesses nothing when no name is close", () => {
  expect(nearest("frobnicate", ["address", "port"])).toBeUndefined();
});
