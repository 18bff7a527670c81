import { generateKeyPairSync } from "node:crypto";
import { expect, test } from "vitest";
import { recognize } from "../../../../src/components/controller-manager/certificates/approval.ts";
import {
  kubeletServingFault,
  signers,
} from "../../../../src/components/controller-manager/certificates/kubelet-client.ts";
import type { CertificateSigningRequest } from "../../../../src/kube/kinds/certificate-signing-request.ts";
import type { CertificateRequest } from "../../../../src/x509/certificate-request.ts";
import { encodeSubject } from "../../../../src/x509/subject.ts";

const { publicKey } = generateKeyPairSync("ed25519");
const usages = ["digital signature", "client auth"];
const csr = (spec: Partial<CertificateSigningRequest["spec"]> = {}): CertificateSigningRequest => ({
  apiVersion: "certificates.k8s.io/v1",
  kind: "CertificateSigningRequest",
  metadata: { name: "csr-1" },
  spec: { request: "", signerName: signers.kubeletClient, usages, username: "system:bootstrap:abcdef", ...spec },
});
const request = ({
  commonName = "system:node:n1",
  organizations = ["system:nodes"],
  dnsNames = [] as string[],
} = {}): CertificateRequest => ({
  subject: { commonName, organizations },
  encodedSubject: encodeSubject({ commonName, organizations }),
  publicKey,
  alternativeNames: { dnsNames, ipAddresses: [], emails: [], uris: [] },
});
const permissions = (...args: Parameters<typeof recognize>) => recognize(...args).map(({ subresource }) => subresource);

test("a first request needs nodeclient, a node's own renewal selfnodeclient", () => {
  expect(permissions(csr(), request())).toEqual(["nodeclient"]);
  expect(permissions(csr({ username: "system:node:n1" }), request())).toEqual(["selfnodeclient", "nodeclient"]);
});

test.each([
  ["another signer", csr({ signerName: signers.client }), request()],
  ["other usages", csr({ usages: [...usages, "server auth"] }), request()],
  ["a missing usage", csr({ usages: ["client auth"] }), request()],
  ["another group", csr(), request({ organizations: ["system:masters"] })],
  ["a group too many", csr(), request({ organizations: ["system:nodes", "system:masters"] })],
  ["a name that is no node's", csr(), request({ commonName: "admin" })],
  ["host names in it", csr(), request({ dnsNames: ["n1"] })],
])("%s is left to people", (_, one, asked) => {
  expect(permissions(one, asked)).toEqual([]);
});

test("key encipherment may be asked for too", () => {
  expect(permissions(csr({ usages: [...usages, "key encipherment"] }), request())).toEqual(["nodeclient"]);
});

test("a serving certificate needs names of its host", () => {
  const serving = ["digital signature", "server auth"];
  expect(kubeletServingFault(request(), serving)).toContain("required");
  expect(kubeletServingFault(request({ dnsNames: ["n1"] }), serving)).toBeUndefined();
});
