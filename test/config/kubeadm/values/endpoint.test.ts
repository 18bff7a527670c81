import { describe, expect, it } from "vitest";
import { splitEndpoint } from "../../../../src/config/kubeadm/values/endpoint.ts";
import { keyAlgorithm } from "../../../../src/config/kubeadm/values/key-algorithm.ts";
import {
  isVersionLabel,
  parseKubernetesVersion,
  resolveKubernetesVersion,
} from "../../../../src/config/kubeadm/values/kubernetes-version.ts";
import { apiServerServiceIp, dnsServiceIp } from "../../../../src/config/kubeadm/values/service-address.ts";

describe("splitEndpoint", () => {
  it.each([
    ["10.0.0.1", "10.0.0.1", undefined],
    ["10.0.0.1:443", "10.0.0.1", 443],
    ["lb.example.org:6443", "lb.example.org", 6443],
    ["fd00::1", "fd00::1", undefined],
    ["[fd00::1]", "fd00::1", undefined],
    ["[fd00::1]:6443", "fd00::1", 6443],
  ])("reads %s", (text, host, port) => {
    expect(splitEndpoint(text)).toEqual({ host, port });
  });

  it.each(["", "a:b", "a:0", "a:65536", "[lb.example.org]:6443", "fd00::1]:6443", "a:1:2"])("refuses %j", (text) => {
    expect(splitEndpoint(text)).toBeUndefined();
  });
});

describe("Kubernetes versions", () => {
  it("have their parts, a v or not", () => {
    expect(parseKubernetesVersion("v1.36.2")).toEqual({ major: 1, minor: 36, patch: 2, preRelease: "" });
    expect(parseKubernetesVersion("1.36.0-rc.1+build")).toMatchObject({ minor: 36, preRelease: "-rc.1" });
    for (const text of ["1.36", "v1", "one", "v01.2.3"]) expect(parseKubernetesVersion(text)).toBeUndefined();
  });

  it("have labels, which stand for the embedded one", () => {
    for (const label of ["stable", "stable-1", "stable-1.36", "latest", "ci/latest-1.36"]) {
      expect(isVersionLabel(label), label).toBe(true);
      expect(resolveKubernetesVersion(label)).toBe("v1.36.2");
    }
    expect([isVersionLabel("newest"), resolveKubernetesVersion("newest")]).toEqual([false, "newest"]);
  });
});

describe("Service addresses", () => {
  it("are the first and the tenth of the first network", () => {
    expect([apiServerServiceIp("10.96.0.0/12"), dnsServiceIp("10.96.0.0/12")]).toEqual(["10.96.0.1", "10.96.0.10"]);
    expect(dnsServiceIp("fd02::/112,10.96.0.0/12")).toBe("fd02::a");
    expect(() => dnsServiceIp("10.0.0.0/30")).toThrow(RangeError);
  });
});

describe("keyAlgorithm", () => {
  it("lets the deprecated gate decide wherever it is set", () => {
    const of = (featureGates: Record<string, boolean>) =>
      keyAlgorithm({ featureGates, encryptionAlgorithm: "RSA-4096" });
    expect([of({}), of({ PublicKeysECDSA: true }), of({ PublicKeysECDSA: false })]).toEqual([
      "RSA-4096",
      "ECDSA-P256",
      "RSA-2048",
    ]);
  });
});
