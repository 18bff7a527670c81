import { expect, test } from "vitest";
import {
  bootstrapTokenOf,
  isExpired,
  signedClusterInfo,
} from "../../../../src/components/controller-manager/bootstrap/bootstrap-token.ts";
import { verifyDetached } from "../../../../src/tokens/detached-jws.ts";

const base64 = (text: string) => Buffer.from(text).toString("base64");
const secret = (data: Record<string, string>, type = "bootstrap.kubernetes.io/token") => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name: "bootstrap-token-abcdef", namespace: "kube-system" },
  type,
  data: Object.fromEntries(
    Object.entries({ "token-id": "abcdef", "token-secret": "0123456789abcdef", ...data }).map(([key, value]) => [
      key,
      base64(value),
    ]),
  ),
});

test("a token secret is read with its uses and its end", () => {
  expect(bootstrapTokenOf(secret({ "usage-bootstrap-signing": "true", expiration: "2026-01-02T00:00:00Z" }))).toEqual({
    id: "abcdef",
    secret: "0123456789abcdef",
    signs: true,
    expiresAtMs: Date.parse("2026-01-02T00:00:00Z"),
  });
});

test.each([
  ["another type", secret({}, "Opaque")],
  ["another id than its name says", secret({ "token-id": "ghijkl" })],
  ["no secret", secret({ "token-secret": "" })],
])("%s is no token", (_, one) => {
  expect(bootstrapTokenOf(one)).toBeUndefined();
});

test("a token without an end never expires, one with an unreadable end has", () => {
  const token = { id: "abcdef", secret: "s", signs: true, expiresAtMs: undefined };
  expect(isExpired(token, Date.now())).toBe(false);
  expect(isExpired({ ...token, expiresAtMs: Number.NaN }, 0)).toBe(true);
  expect(isExpired({ ...token, expiresAtMs: 100 }, 100)).toBe(true);
  expect(isExpired({ ...token, expiresAtMs: 101 }, 100)).toBe(false);
});

test("cluster-info is signed by every token, and by none that is gone", () => {
  const token = { id: "abcdef", secret: "0123456789abcdef", signs: true, expiresAtMs: undefined };
  const data = signedClusterInfo({ kubeconfig: "text", "jws-kubeconfig-gone00": "old" }, [token]);
  expect(Object.keys(data)).toEqual(["kubeconfig", "jws-kubeconfig-abcdef"]);
  // held against the function by which a joining host verifies, which was written on its own
  expect(verifyDetached("text", data["jws-kubeconfig-abcdef"] ?? "", token)).toBe(true);
});
