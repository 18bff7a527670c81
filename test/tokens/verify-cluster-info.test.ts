import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SlipwayError } from "../../src/base/errors.ts";
import { parseYaml } from "../../src/base/yaml.ts";
import type { KubeObject } from "../../src/kube/object.ts";
import { fromBase64, parseKubeconfig } from "../../src/kubeconfig/kubeconfig.ts";
import { parseToken, type TokenParts } from "../../src/tokens/bootstrap-token.ts";
import { caPin } from "../../src/tokens/ca-pin.ts";
import { clusterInfo, clusterInfoKubeconfig } from "../../src/tokens/cluster-info.ts";
import { signDetached, verifyDetached } from "../../src/tokens/detached-jws.ts";
import { hasSignature, requireUnchanged, verifyClusterInfo } from "../../src/tokens/verify-cluster-info.ts";
import { parseCertificate } from "../../src/x509/certificate.ts";

const fixture = (name: string) => readFileSync(join(import.meta.dirname, "fixtures", name), "utf8");
/** A cluster-info whose signatures upstream's controller made, and the tokens that it signed with (long expired). */
const golden = parseYaml(fixture("cluster-info.yaml")) as KubeObject & { data: Record<string, string> };
const tokens = [...fixture("token-list.txt").matchAll(/^([a-z0-9]{6}\.[a-z0-9]{16})/gm)].map(
  ([, text]) => parseToken(text ?? "") as TokenParts,
);
const signing = tokens.filter(({ id }) => `jws-kubeconfig-${id}` in golden.data);
const [token] = signing as [TokenParts];
const ca =
  fromBase64(parseKubeconfig(golden.data.kubeconfig ?? "")?.clusters?.[0]?.cluster["certificate-authority-data"]) ?? "";
const pin = caPin(parseCertificate(ca) as NonNullable<ReturnType<typeof parseCertificate>>);

const codeOf = (work: () => unknown): string => {
  try {
    work();
    return "accepted";
  } catch (thrown) {
    return (thrown as SlipwayError).details.code;
  }
};

describe("cluster-info", () => {
  it("is rendered as kubeadm's, signatures included", () => {
    const kubeconfig = clusterInfoKubeconfig({ server: "https://10.89.0.21:6443", ca });
    expect(signing).toHaveLength(4);
    expect(clusterInfo(kubeconfig, signing)).toEqual(golden);
  });

  it("is believed with the token and the pin of a joining host", () => {
    expect(verifyClusterInfo(golden, token, [pin])).toEqual({
      server: "https://10.89.0.21:6443",
      ca,
      kubeconfig: golden.data.kubeconfig,
    });
    expect(
      codeOf(() =>
        verifyClusterInfo(golden, token, [`sha256:${"0".repeat(64)}`, pin.toUpperCase().replace("SHA256", "sha256")]),
      ),
    ).toBe("accepted");
  });

  it("needs no pin where the user gave that up, but the signature always", () => {
    expect(codeOf(() => verifyClusterInfo(golden, token, []))).toBe("accepted");
    expect(codeOf(() => verifyClusterInfo(golden, { ...token, secret: "0000000000000000" }, []))).toBe(
      "CLUSTER_INFO_FORGED",
    );
  });

  it.each<[string, () => unknown, string]>([
    [
      "an unknown or expired token",
      () => verifyClusterInfo(golden, { id: "zzzzzz", secret: token.secret }, [pin]),
      "TOKEN_UNKNOWN",
    ],
    ["a wrong pin", () => verifyClusterInfo(golden, token, [`sha256:${"0".repeat(64)}`]), "CA_PIN_MISMATCH"],
    ["a malformed pin", () => verifyClusterInfo(golden, token, ["sha256:abc"]), "CA_PIN_MALFORMED"],
    [
      "a pin of another kind",
      () => verifyClusterInfo(golden, token, [pin.replace("sha256", "sha1")]),
      "CA_PIN_MALFORMED",
    ],
    [
      "a kubeconfig without an authority",
      () => verifyClusterInfo(clusterInfo("kind: Config\n", [token]), token, []),
      "CLUSTER_INFO_UNUSABLE",
    ],
  ])("is refused with %s", (_, work, code) => {
    expect(codeOf(work)).toBe(code);
  });

  it("is refused when a single character of it was changed", () => {
    const text = golden.data.kubeconfig ?? "";
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.constantFrom("x", "0", " "), (at, character) => {
        fc.pre(text[at] !== character);
        const forged = `${text.slice(0, at)}${character}${text.slice(at + 1)}`;
        const object = { ...golden, data: { ...golden.data, kubeconfig: forged } };
        expect(codeOf(() => verifyClusterInfo(object, token, [pin]))).toBe("CLUSTER_INFO_FORGED");
      }),
    );
  });

  it("must be the same when read again over a verified connection", () => {
    const first = verifyClusterInfo(golden, token, [pin]);
    expect(codeOf(() => requireUnchanged(first, golden))).toBe("accepted");
    const other = { ...golden, data: { ...golden.data, kubeconfig: `${golden.data.kubeconfig} ` } };
    expect(codeOf(() => requireUnchanged(first, other))).toBe("CLUSTER_INFO_CHANGED");
  });

  it("is told apart when it has no signature yet", () => {
    expect([hasSignature(golden, token), hasSignature(golden, { id: "zzzzzz", secret: "" })]).toEqual([true, false]);
  });
});

describe("detached signatures", () => {
  it("verify with their token alone, whatever is signed", () => {
    const tokenOf = fc.record({ id: fc.stringMatching(/^[a-z0-9]{6}$/), secret: fc.stringMatching(/^[a-z0-9]{16}$/) });
    fc.assert(
      fc.property(fc.string(), tokenOf, tokenOf, (content, mine, other) => {
        const signature = signDetached(content, mine);
        expect(verifyDetached(content, signature, mine)).toBe(true);
        expect(verifyDetached(`${content}.`, signature, mine)).toBe(false);
        if (other.id !== mine.id || other.secret !== mine.secret)
          expect(verifyDetached(content, signature, other)).toBe(false);
      }),
    );
  });
});
