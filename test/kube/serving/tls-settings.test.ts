import { createSecureContext } from "node:tls";
import { expect, test } from "vitest";
import { tlsSettings } from "../../../src/kube/serving/tls-settings.ts";

test("without flags TLS 1.2 is the least, as upstream's", () => {
  expect(tlsSettings("", [])).toEqual({ minVersion: "TLSv1.2" });
});

test.each([
  ["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "ECDHE-RSA-AES128-GCM-SHA256"],
  ["TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA", "ECDHE-ECDSA-AES256-SHA"],
  ["TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305", "ECDHE-ECDSA-CHACHA20-POLY1305"],
  ["TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", "ECDHE-RSA-CHACHA20-POLY1305"],
  ["TLS_RSA_WITH_AES_128_CBC_SHA256", "AES128-SHA256"],
])("%s is %s to OpenSSL, and TLS 1.3 keeps its own", (suite, name) => {
  const { ciphers } = tlsSettings("VersionTLS13", [suite, "TLS_AES_128_GCM_SHA256"]);
  expect(ciphers?.split(":")).toEqual([
    "TLS_AES_128_GCM_SHA256",
    "TLS_AES_256_GCM_SHA384",
    "TLS_CHACHA20_POLY1305_SHA256",
    name,
  ]);
  expect(() => createSecureContext(ciphers ? { ciphers } : {})).not.toThrow();
});

test.each([
  ["an unknown version", "VersionTLS14", []],
  ["an unknown suite", "", ["TLS_ECDHE_RSA_WITH_NONSENSE"]],
])("%s is refused", (_, version, suites) => {
  expect(() => tlsSettings(version, suites)).toThrow(
    expect.objectContaining({ details: expect.objectContaining({ code: "FLAG_INVALID" }) }),
  );
});
