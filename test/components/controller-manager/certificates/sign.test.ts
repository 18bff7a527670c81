import { generateKeyPairSync, randomBytes, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { signers } from "../../../../src/components/controller-manager/certificates/kubelet-client.ts";
import { signRequest } from "../../../../src/components/controller-manager/certificates/sign.ts";
import type { CertificateSigningRequest } from "../../../../src/kube/kinds/certificate-signing-request.ts";
import { noAlternativeNames } from "../../../../src/x509/alternative-names.ts";
import { parseCertificate } from "../../../../src/x509/certificate.ts";
import { parseCertificateRequest } from "../../../../src/x509/certificate-request.ts";
import { issueAuthority } from "../../../../src/x509/issue-certificate.ts";

const text = readFileSync(new URL("../../../x509/fixtures/kubelet-serving.csr", import.meta.url), "utf8");
const request = parseCertificateRequest(text)!;
const hourMs = 3_600_000;
const nowMs = Date.parse("2026-01-01T00:00:00Z");

function signed(keyType: "ec" | "rsa", spec: Partial<CertificateSigningRequest["spec"]> = {}, caDays = 3650) {
  const { privateKey, publicKey } =
    keyType === "ec"
      ? generateKeyPairSync("ec", { namedCurve: "P-256" })
      : generateKeyPairSync("rsa", { modulusLength: 2048 });
  const contents = {
    subject: { commonName: "kubernetes", organizations: [] },
    alternativeNames: noAlternativeNames,
    notBefore: new Date(nowMs),
    notAfter: new Date(nowMs + caDays * 24 * hourMs),
    random: randomBytes,
  };
  const authority = { certificate: parseCertificate(issueAuthority(contents, privateKey))!, privateKey };
  const csr = {
    apiVersion: "certificates.k8s.io/v1",
    kind: "CertificateSigningRequest",
    metadata: { name: "c" },
    spec: { request: "", signerName: signers.kubeletServing, usages: ["digital signature", "server auth"], ...spec },
  };
  const facts = { authority, durationMs: 8760 * hourMs, nowMs };
  return { certificate: new X509Certificate(signRequest(csr, request, facts)), publicKey };
}

test.each(["ec", "rsa"] as const)("a CA with an %s key issues what was asked for", (keyType) => {
  const { certificate, publicKey } = signed(keyType);
  expect(certificate.verify(publicKey)).toBe(true);
  expect(certificate.subject).toBe("O=system:nodes\nCN=system:node:n1");
  expect(certificate.issuer).toBe("CN=kubernetes");
  expect(certificate.subjectAltName).toBe("DNS:n1, IP Address:10.0.0.1, IP Address:FD00:0:0:0:0:0:0:1");
  expect(certificate.keyUsage).toEqual(["1.3.6.1.5.5.7.3.1"]);
  expect(certificate.ca).toBe(false);
});

test.each([
  ["the whole duration", {}, 3650, 8760 * hourMs - 5 * 60_000],
  ["a shorter one that is asked for", { expirationSeconds: 3600 }, 3650, hourMs - 5 * 60_000],
  ["never longer than the CA lives", {}, 10, 240 * hourMs],
])("it is valid for %s", (_, spec, caDays, lifeMs) => {
  const { certificate } = signed("ec", spec, caDays);
  expect(certificate.validFromDate.getTime()).toBe(nowMs - 5 * 60_000);
  expect(certificate.validToDate.getTime()).toBe(nowMs + lifeMs);
});
