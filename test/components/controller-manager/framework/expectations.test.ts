import { expect, test } from "vitest";
import { Expectations } from "../../../../src/components/controller-manager/framework/expectations.ts";

test("a key is free only when every creation was seen", () => {
  const expectations = new Expectations();
  expect(expectations.satisfied("k")).toBe(true);
  expectations.expectCreations("k", 2);
  expectations.creationObserved("k");
  expect(expectations.satisfied("k")).toBe(false);
  expectations.creationObserved("k");
  expect(expectations.satisfied("k")).toBe(true);
});

test("a deletion is seen once, by the name of what went", () => {
  const expectations = new Expectations();
  expectations.expectDeletions("k", ["a", "b"]);
  expectations.deletionObserved("k", "a");
  expectations.deletionObserved("k", "a");
  expect(expectations.satisfied("k")).toBe(false);
  expectations.deletionObserved("k", "b");
  expect(expectations.satisfied("k")).toBe(true);
});

test("what is not seen in five minutes never will be", () => {
  let now = 0;
  const expectations = new Expectations(() => now);
  expectations.expectCreations("k", 1);
  now = 5 * 60_000 + 1;
  expect(expectations.satisfied("k")).toBe(true);
});
