import { expect, test } from "vitest";
import {
  validateCsr,
  validateCsrApprovalUpdate,
  validateCsrStatusUpdate,
} from "../../../../src/components/apiserver/validation/certificates.ts";
import type { KubeObject } from "../../../../src/kube/object.ts";

const csr = (spec: object, ...types: string[]): KubeObject => ({
  apiVersion: "certificates.k8s.io/v1",
  kind: "CertificateSigningRequest",
  metadata: { name: "x" },
  spec,
  status: { conditions: types.map((type) => ({ type, status: "True" })) },
});

test("a request that is none, without usages and with an unknown signer form, is told so field by field", () => {
  expect(
    validateCsr(csr({ request: "bm9wZQ==", signerName: "nope", expirationSeconds: 5 })).map(({ field }) => field),
  ).toEqual(["spec.request", "spec.usages", "spec.signerName", "spec.expirationSeconds"]);
});

test("approval does not come through the status, and does not go away again", () => {
  expect(validateCsrStatusUpdate(csr({}, "Approved"), csr({}))[0]?.message).toBe(
    'Forbidden: updates may not add a condition of type "Approved"',
  );
  expect(validateCsrStatusUpdate(csr({}, "Approved", "Failed"), csr({}, "Approved"))).toEqual([]);
  expect(validateCsrApprovalUpdate(csr({}, "Approved"), csr({}))).toEqual([]);
  expect(validateCsrApprovalUpdate(csr({}), csr({}, "Approved"))[0]?.message).toContain("may not remove a condition");
  expect(validateCsrApprovalUpdate(csr({}, "Approved", "Denied"), csr({}, "Approved"))[0]?.message).toContain(
    "mutually exclusive",
  );
});

test("an issued certificate stays as it is", () => {
  const issued = (certificate: string) => ({ ...csr({}), status: { certificate } });
  expect(validateCsrStatusUpdate(issued("b"), issued("a"))[0]?.field).toBe("status.certificate");
  expect(validateCsrStatusUpdate(issued("a"), csr({}))).toEqual([]);
});
