import { describe, expect, it } from "vitest";
import { neededPackages, parseFoundRuntime } from "../../src/runtime/found-runtime.ts";

describe("parseFoundRuntime", () => {
  it("takes the version of the program that is there", () => {
    const found = parseFoundRuntime(
      "containerd package containerd\nrunc package runc\nversion 1.6.20~ds1\ncandidate 1.7.2-1\n",
    );
    expect(found.containerdVersion).toBe("1.6.20");
    expect(neededPackages(found)).toEqual(["containerd", "runc", "containernetworking-plugins"]);
  });

  it("takes the version that would be installed on a bare host", () => {
    const found = parseFoundRuntime("containerd absent\nrunc absent\ncandidate 2:2.1.3-1\n");
    expect(found).toMatchObject({ containerdVersion: "2.1.3", containerd: { kind: "absent" } });
  });

  it("knows no version where the package manager has none", () => {
    expect(parseFoundRuntime("containerd absent\nrunc absent\ncandidate (none)\n").containerdVersion).toBeUndefined();
  });

  it("does not put Debian's packages over another vendor's or over archives", () => {
    const found = parseFoundRuntime(
      "containerd package containerd.io\nrunc \nversion v1.7.2\nforeign-cni bridge\ncrictl yes\n",
    );
    expect(found).toMatchObject({ runc: { kind: "other" }, hasCrictl: true, hasForeignCniPlugins: true });
    expect(neededPackages(found)).toEqual([]);
  });
});
