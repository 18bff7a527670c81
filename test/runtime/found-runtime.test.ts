import { describe, expect, it } from "vitest";
import { criSocketOf, effectiveInstall, neededPackages, parseFoundRuntime } from "../../src/runtime/found-runtime.ts";

const containerd = "/run/containerd/containerd.sock";
const crio = "/run/crio/crio.sock";

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

describe("which runtime serves", () => {
  const packages = { install: { kind: "packages" } } as const;

  it("is CRI-O where it listens and containerd does not", () => {
    expect(effectiveInstall(packages, [crio])).toEqual({ kind: "none", socket: crio });
    expect(criSocketOf(packages, [crio])).toBe(crio);
    expect(criSocketOf(packages, [containerd, crio])).toBe(containerd);
  });

  it("is what was said where nothing is to be installed", () => {
    expect(criSocketOf({ install: { kind: "none", socket: "/run/x.sock" } }, [containerd])).toBe("/run/x.sock");
    expect(criSocketOf({ install: { kind: "none" } }, [crio])).toBe(crio);
  });
});
