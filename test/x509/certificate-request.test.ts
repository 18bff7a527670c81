import { generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type AlternativeNames, noAlternativeNames, noGeneralNames } from "../../src/x509/alternative-names.ts";
import { parseCertificateRequest } from "../../src/x509/certificate-request.ts";
import { certificateSigningRequest } from "../../src/x509/certificate-signing-request.ts";

const fixture = (name: string) => readFileSync(new URL(`fixtures/${name}.csr`, import.meta.url), "utf8");

test("a kubelet's request for a client certificate", () => {
  expect(parseCertificateRequest(fixture("kubelet-client"))).toMatchObject({
    subject: { commonName: "system:node:n1", organizations: ["system:nodes"] },
    alternativeNames: { dnsNames: [], ipAddresses: [] },
  });
});

test("a kubelet's request for a serving certificate, with its names, signed by an RSA key", () => {
  expect(parseCertificateRequest(fixture("kubelet-serving"))?.alternativeNames).toEqual({
    dnsNames: ["n1"],
    ipAddresses: ["10.0.0.1", "fd00::1"],
    emails: [],
    uris: [],
  });
});

test("a request that was changed after it was signed is refused", () => {
  const text = fixture("kubelet-client");
  const bytes = Buffer.from(text.replace(/-----[^-]+-----|\s/g, ""), "base64");
  const at = bytes.indexOf("system:node:n1");
  bytes.write("system:node:n2", at);
  const changed = `-----BEGIN CERTIFICATE REQUEST-----\n${bytes.toString("base64")}\n-----END CERTIFICATE REQUEST-----\n`;
  expect(parseCertificateRequest(changed)).toBeUndefined();
});

test.each(["", "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----"])(
  "%j is no request",
  (text) => {
    expect(parseCertificateRequest(text)).toBeUndefined();
  },
);

test("what certificateSigningRequest writes is read again: subject, key and names", () => {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const subject = { commonName: "system:node:n1", organizations: ["system:nodes"] };
  const written = (names: AlternativeNames) =>
    parseCertificateRequest(certificateSigningRequest(subject, privateKey, names));
  const read = written({ dnsNames: ["n1"], ipAddresses: ["192.0.2.1"] });
  expect(read).toMatchObject({ subject, alternativeNames: { dnsNames: ["n1"], ipAddresses: ["192.0.2.1"] } });
  expect(read?.publicKey.equals(publicKey)).toBe(true);
  expect(written(noAlternativeNames)?.alternativeNames).toEqual(noGeneralNames);
});
