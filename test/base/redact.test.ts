import { describe, expect, it } from "vitest";
import { redact } from "../../src/base/redact.ts";

describe("redact", () => {
  it.each([
    ["a private key", "x -----BEGIN RSA PRIVATE KEY-----\nMIIabc\n-----END RSA PRIVATE KEY----- y", "MIIabc"],
    ["a bootstrap token", "kubeadm join --token abcdef.0123456789abcdef", "0123456789abcdef"],
    ["a bearer token", "Authorization: Bearer eyJhbGciOi.J9-_x", "eyJhbGciOi"],
    ["a service account's token", "got eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJrdWJlIn0.c2lnbmF0dXJl", "c2lnbmF0dXJl"],
    ["a registry's login", 'auth = "dXNlcjpwYXNz"', "dXNlcjpwYXNz"],
    ["a certificate key", `--certificate-key ${"0f".repeat(32)}`, "0f0f"],
    ["kubeconfig key data", "client-key-data: LS0tLS1CRUdJTg==", "LS0tLS1"],
    ["a password field", 'password: "hunter2hunter2"', "hunter2"],
  ])("hides %s", (_, text, secret) => {
    expect(redact(text)).not.toContain(secret);
    expect(redact(text)).toContain("[redacted]");
  });

  it("hides secrets known by value, the longest first", () => {
    expect(redact("a secret-long b secret", ["secret", "secret-long"])).toBe("a [redacted] b [redacted]");
  });

  it("leaves hashes, versions and names alone", () => {
    expect(redact("cp1: bootstrap-token: created Role/x")).toBe("cp1: bootstrap-token: created Role/x");
    const text = `sha256:${"ab".repeat(32)} v1.36.2 etcd.service 10.0.0.1:6443`;
    expect(redact(text)).toBe(text);
  });
});
