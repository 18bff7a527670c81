import { expect, test } from "vitest";
import { isOpen } from "../../../src/kube/serving/serving.ts";

const open = ["/healthz", "/public/*"];

test.each([
  ["/healthz", true],
  ["/healthz/ping", false],
  ["/public/anything", true],
  ["/public", false],
  ["/metrics", false],
])("with /healthz and /public/* open, %s: %s", (path, expected) => {
  expect(isOpen(open, path)).toBe(expected);
});
