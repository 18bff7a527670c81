import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { newToken, parseToken } from "../../src/tokens/bootstrap-token.ts";
import { knownToken } from "../../src/tokens/known-token.ts";
import { tokenSecret } from "../../src/tokens/token-secret.ts";

const now = new Date("2026-11-21T06:22:07.123Z");
const base = {
  token: "abcdef.0123456789abcdef",
  description: "",
  ttl: "24h0m0s",
  expires: undefined,
  usages: ["signing", "authentication"],
  groups: ["system:bootstrappers:kubeadm:default-node-token"],
};
const decoded = (secret: ReturnType<typeof tokenSecret>) =>
  Object.fromEntries(
    Object.entries(secret.data as Record<string, string>).map(([key, value]) => [
      key,
      Buffer.from(value, "base64").toString(),
    ]),
  );

describe("bootstrap tokens", () => {
  it("are well formed, whatever bytes they are made of", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 64, maxLength: 64 }), (bytes) => {
        const chosen = [bytes.subarray(0, 32), bytes.subarray(32)];
        const random = (size: number) => chosen.shift() ?? randomBytes(size);
        expect(parseToken(newToken(random))).toBeDefined();
      }),
    );
  });

  it("prefer no character: bytes that would are dropped", () => {
    const random = (size: number) => Uint8Array.from({ length: size }, (_, index) => (index < 8 ? 255 : index));
    expect(newToken(random)).toBe("89abcd.efghijklmnopqrst");
  });

  it.each([
    "",
    "abcdef",
    "abcdef.0123",
    "ABCDEF.0123456789abcdef",
    "abcdef.0123456789abcdef0",
    "abcdef-0123456789abcdef",
  ])("refuses %j", (text) => {
    expect(parseToken(text)).toBeUndefined();
  });
});

describe("tokenSecret", () => {
  it("is kubeadm's Secret", () => {
    const secret = tokenSecret({ ...base, description: "for the lab" }, now);
    expect(secret).toMatchObject({
      metadata: { name: "bootstrap-token-abcdef", namespace: "kube-system" },
      type: "bootstrap.kubernetes.io/token",
    });
    expect(decoded(secret)).toEqual({
      "token-id": "abcdef",
      "token-secret": "0123456789abcdef",
      description: "for the lab",
      expiration: "2026-11-22T06:22:07Z",
      "usage-bootstrap-signing": "true",
      "usage-bootstrap-authentication": "true",
      "auth-extra-groups": "system:bootstrappers:kubeadm:default-node-token",
    });
  });

  it("has no expiry with a ttl of 0, and the one that was written out", () => {
    expect(decoded(tokenSecret({ ...base, ttl: "0s" }, now))).not.toHaveProperty("expiration");
    const dated = tokenSecret({ ...base, ttl: undefined, expires: "2030-01-01T00:00:00+01:00" }, now);
    expect(decoded(dated).expiration).toBe("2029-12-31T23:00:00Z");
  });

  it("is read back as the token that it was made of", () => {
    const known = knownToken(tokenSecret(base, now));
    expect(known).toEqual({
      id: "abcdef",
      secret: "0123456789abcdef",
      description: "",
      expires: new Date("2026-11-22T06:22:07Z"),
      usages: ["authentication", "signing"],
      groups: ["system:bootstrappers:kubeadm:default-node-token"],
    });
  });

  it("is refused when malformed: another name, another type, a bad date", () => {
    const secret = tokenSecret(base, now);
    expect(knownToken({ ...secret, metadata: { name: "bootstrap-token-zzzzzz" } })).toBeUndefined();
    expect(knownToken({ ...secret, type: "Opaque" })).toBeUndefined();
    const data = { ...(secret.data as object), expiration: Buffer.from("soon").toString("base64") };
    expect(knownToken({ ...secret, data })).toBeUndefined();
  });
});
