import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { generateKeys } from "../../src/certs/key-pair.ts";
import { alternativeNames } from "../../src/x509/alternative-names.ts";
import { parseCertificate, parseCertificates } from "../../src/x509/certificate.ts";
import { isSignedBy, leadsTo, validityAt } from "../../src/x509/chain.ts";
import { issueAuthority, issueCertificate } from "../../src/x509/issue-certificate.ts";

/** Certificates that kubeadm v1.36.2 made. */
const fixture = (name: string) => readFileSync(join(import.meta.dirname, "fixtures", name), "utf8");
const ca = parseCertificate(fixture("ca.crt"));
const apiserver = parseCertificate(fixture("apiserver.crt"));
const validity = { notBefore: new Date("2026-01-01T00:00:00Z"), notAfter: new Date("2060-01-01T00:00:00Z") };
const random = (size: number) => Uint8Array.from({ length: size }, (_, index) => index + 1);

describe("parseCertificate", () => {
  it("reads what kubeadm wrote", () => {
    expect(apiserver).toMatchObject({
      subject: { commonName: "kube-apiserver", organizations: [] },
      issuer: { commonName: "kubernetes", organizations: [] },
      isCa: false,
      usages: ["serverAuth"],
      alternativeNames: {
        dnsNames: [
          "kubernetes",
          "kubernetes.default",
          "kubernetes.default.svc",
          "kubernetes.default.svc.cluster.local",
          "ref1",
        ],
        ipAddresses: ["10.96.0.1", "10.89.0.21"],
      },
    });
    expect(apiserver?.notAfter.toISOString()).toBe("2027-11-21T06:22:07.000Z");
    expect(Buffer.from(ca?.subjectKeyId ?? []).toString("hex")).toBe("8629ea10789825e70deb89bfc5c80ec417352e9a");
    expect(parseCertificate(fixture("etcd-server.crt"))?.alternativeNames.ipAddresses).toContain("::1");
  });

  it("sees who signed whom", () => {
    if (!ca || !apiserver) throw new Error("fixtures are unreadable");
    expect([isSignedBy(apiserver, ca), isSignedBy(ca, apiserver), isSignedBy(ca, ca)]).toEqual([true, false, true]);
    expect(validityAt(apiserver, new Date("2026-12-01T00:00:00Z"))).toBe("valid");
    expect(validityAt(apiserver, new Date("2028-01-01T00:00:00Z"))).toBe("expired");
    expect(validityAt(apiserver, new Date("2020-01-01T00:00:00Z"))).toBe("notYetValid");
  });

  it("reads every certificate of a bundle in order, and gives nothing for other text", () => {
    const bundle = `# comment\n${fixture("apiserver.crt")}\n${fixture("ca.crt")}`;
    expect(parseCertificates(bundle)?.map(({ subject }) => subject.commonName)).toEqual([
      "kube-apiserver",
      "kubernetes",
    ]);
    expect(parseCertificates("")).toBeUndefined();
    expect(parseCertificates("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")).toBeUndefined();
  });
});

describe("issueCertificate", () => {
  it.each(["ECDSA-P256", "ECDSA-P384"] as const)("signs with %s, dates past 2049 included", async (algorithm) => {
    const { root, key } = await authority(algorithm);
    const leaf = issueLeaf(await generateKeys("ECDSA-P256"), { certificate: root, privateKey: key.privateKey });
    expect(isSignedBy(leaf, root)).toBe(true);
    expect(leaf.notAfter.toISOString()).toBe("2060-01-01T00:00:00.000Z");
    expect(leaf.subject).toEqual({ commonName: "system:node:n1", organizations: ["system:nodes", "täm"] });
  });

  it("follows intermediates to the root, and no further than they lead", async () => {
    const { root, key } = await authority("ECDSA-P256");
    const other = await authority("ECDSA-P256");
    const signer = { certificate: root, privateKey: key.privateKey };
    const leaf = issueLeaf(await generateKeys("ECDSA-P256"), signer);
    const stranger = issueLeaf(await generateKeys("ECDSA-P256"), signer);
    expect(leadsTo(root, [leaf])).toBe(true);
    expect(leadsTo(root, [leaf, stranger])).toBe(true);
    expect(leadsTo(other.root, [leaf, root])).toBe(false);
    expect(leadsTo(root, [])).toBe(false);
  });
});

async function authority(algorithm: "ECDSA-P256" | "ECDSA-P384") {
  const key = await generateKeys(algorithm);
  const subject = { commonName: "root", organizations: [] };
  const pem = issueAuthority(
    { subject, alternativeNames: alternativeNames("root"), ...validity, random },
    key.privateKey,
  );
  const root = parseCertificate(pem);
  if (!root) throw new Error("unreadable authority");
  return { root, key };
}

function issueLeaf(pair: Awaited<ReturnType<typeof generateKeys>>, signer: Parameters<typeof issueCertificate>[1]) {
  const pem = issueCertificate(
    {
      subject: { commonName: "system:node:n1", organizations: ["system:nodes", "täm"] },
      publicKey: pair.publicKey,
      usages: ["clientAuth"],
      alternativeNames: alternativeNames("a.example", "10.0.0.1"),
      ...validity,
      random,
    },
    signer,
  );
  const leaf = parseCertificate(pem);
  if (!leaf) throw new Error("unreadable leaf");
  return leaf;
}
