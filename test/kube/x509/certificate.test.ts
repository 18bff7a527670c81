import { createPrivateKey, X509Certificate } from "node:crypto";
import { expect, test } from "vitest";
import { issueCertificate } from "../../../src/kube/x509/certificate.ts";
import { encodeName } from "../../../src/kube/x509/name.ts";
import { selfSignedCertificate } from "../../../src/kube/x509/self-signed.ts";

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

test("times after 2049 are written as GeneralizedTime", () => {
  const { cert, key } = selfSignedCertificate(identity, new Date());
  const name = encodeName({ commonName: "a", organizations: ["system:nodes"] });
  const issued = issueCertificate(
    {
      serial: Buffer.from([0x80, 1, 2, 3, 4, 5, 6, 7]),
      issuer: name,
      subject: name,
      subjectPublicKeyInfo: new X509Certificate(cert).publicKey.export({ type: "spki", format: "der" }),
      notBefore: new Date("2026-01-01T00:00:00Z"),
      notAfter: new Date("2060-06-01T12:00:00Z"),
      keyUsages: ["digital signature"],
      extendedKeyUsages: ["client auth"],
      altNames: { dnsNames: [], ipAddresses: [] },
    },
    createPrivateKey(key),
  );
  const parsed = new X509Certificate(issued);
  expect(parsed.validToDate).toEqual(new Date("2060-06-01T12:00:00Z"));
  expect(parsed.serialNumber).toBe("8001020304050607");
  expect(parsed.subject).toBe("O=system:nodes\nCN=a");
});
