import { describe, expect, it } from "vitest";
import {
  isAlternativeName,
  isCertificateKey,
  isCriSocket,
  isDnsSubdomain,
  isHostPort,
  isImageRepository,
} from "../../../../src/config/kubeadm/validate/value-rules.ts";

const table = {
  isDnsSubdomain: {
    rule: isDnsSubdomain,
    good: ["a", "a-b.c", "1.2", "x".repeat(253)],
    bad: ["", "A", "-a", "a-", "a..b", "a_b", "x".repeat(254), "*.a"],
  },
  isAlternativeName: {
    rule: isAlternativeName,
    good: ["a.example", "*.a.example", "10.0.0.1", "fd00::1"],
    bad: ["a b", "*", "a.*.example", "*a.example", "http://a", ""],
  },
  isHostPort: {
    rule: isHostPort,
    good: ["a.example", "a.example:443", "10.0.0.1:1", "[fd00::1]:65535", "fd00::1"],
    bad: ["A.example:443", "a:0", "a:99999", "http://a:1", "a b"],
  },
  isImageRepository: {
    rule: isImageRepository,
    good: ["registry.k8s.io", "localhost:5000", "mirror.example/k8s/images", "[fd00::1]:5000/k8s", "quay.io/a_b/c-d"],
    bad: ["", "https://registry.k8s.io", "a b", "registry.k8s.io/", "registry/UPPER", "a//b"],
  },
  isCriSocket: {
    rule: isCriSocket,
    good: ["unix:///run/containerd/containerd.sock"],
    bad: ["", "/run/x.sock", "tcp://127.0.0.1:1", "npipe:////./pipe/x"],
  },
  isCertificateKey: {
    rule: isCertificateKey,
    good: ["", "0".repeat(64), "aB".repeat(32)],
    bad: ["0".repeat(62), "0".repeat(63), "z".repeat(64)],
  },
} as const;

describe.each(Object.entries(table))("%s", (_, { rule, good, bad }) => {
  it.each(good.map((value) => [value]))("takes %j", (value) => {
    expect(rule(value)).toBeUndefined();
  });

  it.each(bad.map((value) => [value]))("refuses %j with a reason", (value) => {
    expect(rule(value)).toMatch(/\w/);
  });
});
