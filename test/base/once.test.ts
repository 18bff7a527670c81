import { expect, it } from "vitest";
import { once } from "../../src/base/once.ts";

it("makes nothing before it is called, and the same for everybody who calls", () => {
  let calls = 0;
  const made = once(() => {
    calls += 1;
    return { calls };
  });
  expect(calls).toBe(0);
  expect(made()).toBe(made());
  expect(calls).toBe(1);
});

it("does not mistake undefined for not made yet", () => {
  let calls = 0;
  const made = once(() => {
    calls += 1;
  });
  made();
  made();
  expect(calls).toBe(1);
});
