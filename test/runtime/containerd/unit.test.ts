import { expect, it } from "vitest";
import { containerdDropIn } from "../../../src/runtime/containerd/unit.ts";

it("sets limits", () => {
  expect(containerdDropIn({ openFiles: 1048576 })).toBe("[Service]\nLimitNOFILE=1048576\n");
});

it("is not there when there is nothing to say", () => {
  expect(containerdDropIn({})).toBeUndefined();
});
