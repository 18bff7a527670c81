import { expect, test } from "vitest";
import { OwnWrites } from "../../../../src/components/controller-manager/framework/own-writes.ts";

const at = (resourceVersion: string) => ({
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: { name: "j", resourceVersion },
});

test("a cache is behind until it shows the last write, and never again after that", () => {
  const writes = new OwnWrites();
  expect(writes.isBehind("ns/j", at("5"))).toBe(false);
  writes.wrote("ns/j", at("100"));
  writes.wrote("ns/j", at("99"));
  expect(writes.isBehind("ns/j", at("99"))).toBe(true);
  expect(writes.isBehind("ns/j", at("100"))).toBe(false);
  expect(writes.isBehind("ns/j", at("99"))).toBe(false);
});

test("what is forgotten holds nothing up", () => {
  const writes = new OwnWrites();
  writes.wrote("ns/j", at("100"));
  writes.forget("ns/j");
  expect(writes.isBehind("ns/j", at("1"))).toBe(false);
});
