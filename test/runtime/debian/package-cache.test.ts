import { expect, it } from "vitest";
import { parsePackageFile, upstreamVersion } from "../../../src/runtime/debian/package-cache.ts";

it("reads name, version and architecture from a package's file name", () => {
  expect(parsePackageFile("busybox-static_1%3a1.35.0-4+deb12u1+b1_amd64.deb")).toEqual({
    name: "busybox-static",
    version: "1:1.35.0-4+deb12u1+b1",
    architecture: "amd64",
  });
  expect(parsePackageFile("notes.txt")).toBeUndefined();
});

it.each([
  ["1:1.35.0-4+deb12u1+b1", "1.35.0"],
  ["3.4.23-4+b4", "3.4.23"],
  ["1.6.20~ds1-1+deb12u3", "1.6.20"],
])("finds the upstream version in %s", (version, upstream) => {
  expect(upstreamVersion(version)).toBe(upstream);
});
