import { createPrivateKey, X509Certificate } from "node:crypto";
import { expect, test } from "vitest";
import { selfSignedCertificate } from "../../src/x509/self-signed.ts";

const identity = { commonName: "kube-scheduler", dnsNames: ["localhost"], ipAddresses: ["127.0.0.1", "fd00::1"] };

test("a self-signed certificate is one that OpenSSL reads, with its names and its own signature", () => {
  const { cert, key } = selfSignedCertificate(identity, new Date("2026-01-01T00:00:00Z"));
  const parsed = new X509Certificate(cert);
  expect(parsed.subject).toBe("CN=kube-scheduler");
  expect(parsed.subjectAltName).toBe("DNS:localhost, IP Address:127.0.0.1, IP Address:FD00:0:0:0:0:0:0:1");
  expect(parsed.keyUsage).toEqual(["1.3.6.1.5.5.7.3.1"]);
  expect(parsed.checkPrivateKey(createPrivateKey(key))).toBe(true);
  expect(parsed.verify(parsed.publicKey)).toBe(true);
  expect(parsed.validFromDate).toEqual(new Date("2026-01-01T00:00:00Z"));
});
