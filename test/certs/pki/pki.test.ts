import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { SlipwayError } from "../../../src/base/errors.ts";
import { generateKeys, parsePrivateKey, privateKeyPem } from "../../../src/certs/key-pair.ts";
import { pkiFile, pkiNames, renderPki } from "../../../src/certs/pki/pki.ts";
import { missingNames } from "../../../src/x509/alternative-names.ts";
import { parseCertificate } from "../../../src/x509/certificate.ts";
import { isSignedBy } from "../../../src/x509/chain.ts";
import { asExisting, inputWith, sampleMaking, sampleNow } from "../../kubeadm-sample.ts";

const pki = "/etc/kubernetes/pki";
const making = sampleMaking();
const input = inputWith();
const complete = asExisting((await renderPki(input, new Map(), making)).files);
const certificate = (name: string) => {
  const parsed = parseCertificate(complete.get(`${pki}/${name}.crt`) ?? "");
  if (!parsed) throw new Error(`${name} is no certificate`);
  return parsed;
};

/** The error's code, or what came instead of an error. */
async function codeOf(existing: Map<string, string>, given = input, now = sampleNow): Promise<string> {
  return renderPki(given, existing, sampleMaking(now)).then(
    ({ files }) => `made ${files.length} files`,
    (thrown: SlipwayError) => thrown.details.code,
  );
}

describe("renderPki", () => {
  it("makes kubeadm's files with kubeadm's modes, each key before its certificate", async () => {
    const { files, kept } = await renderPki(input, new Map(), making);
    expect(kept).toEqual([]);
    const modes = Object.fromEntries(files.map(({ path, mode }) => [path.slice(pki.length + 1), mode.toString(8)]));
    const pairs = pkiNames(input.cluster)
      .filter((name) => name !== "sa")
      .map(pkiFile);
    expect(modes).toEqual({
      ...Object.fromEntries(
        pairs.flatMap((file) => [
          [`${file}.key`, "600"],
          [`${file}.crt`, "644"],
        ]),
      ),
      "sa.key": "600",
      "sa.pub": "600",
    });
    const order = files.map(({ path }) => path);
    for (const file of pairs)
      expect(order.indexOf(`${pki}/${file}.key`)).toBeLessThan(order.indexOf(`${pki}/${file}.crt`));
  });

  it.each([
    ["ca", "kubernetes", "ca", [], ["kubernetes"], []],
    ["front-proxy-ca", "front-proxy-ca", "front-proxy-ca", [], ["front-proxy-ca"], []],
    ["etcd/ca", "etcd-ca", "etcd/ca", [], ["etcd-ca"], []],
    [
      "apiserver",
      "kube-apiserver",
      "ca",
      ["serverAuth"],
      ["kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local", "ref1"],
      ["10.96.0.1", "10.89.0.21"],
    ],
    ["apiserver-kubelet-client", "kube-apiserver-kubelet-client", "ca", ["clientAuth"], [], []],
    ["front-proxy-client", "front-proxy-client", "front-proxy-ca", ["clientAuth"], [], []],
    [
      "etcd/server",
      "ref1",
      "etcd/ca",
      ["serverAuth", "clientAuth"],
      ["localhost", "ref1"],
      ["10.89.0.21", "127.0.0.1", "::1"],
    ],
    [
      "etcd/peer",
      "ref1",
      "etcd/ca",
      ["serverAuth", "clientAuth"],
      ["localhost", "ref1"],
      ["10.89.0.21", "127.0.0.1", "::1"],
    ],
    ["etcd/healthcheck-client", "kube-etcd-healthcheck-client", "etcd/ca", ["clientAuth"], [], []],
    ["apiserver-etcd-client", "kube-apiserver-etcd-client", "etcd/ca", ["clientAuth"], [], []],
  ])("gives %s its subject, issuer, usages and names", (...expected) => {
    const [name, commonName, signer, usages, dnsNames, ipAddresses] = expected;
    const found = certificate(name);
    expect(found.subject).toEqual({ commonName, organizations: [] });
    expect(found.usages).toEqual(usages);
    expect(found.alternativeNames).toEqual({ dnsNames, ipAddresses, emails: [], uris: [] });
    expect(found.isCa).toBe(name === signer);
    expect(isSignedBy(found, certificate(signer))).toBe(true);
  });

  it("starts five minutes ago and ends after the configured periods", () => {
    expect(certificate("apiserver").notBefore.toISOString()).toBe("2026-11-21T06:17:07.000Z");
    expect(certificate("apiserver").notAfter.toISOString()).toBe("2027-11-21T06:22:07.000Z");
    expect(certificate("ca").notAfter.toISOString()).toBe("2036-11-18T06:22:07.000Z");
  });

  it("changes nothing when everything stands, and makes just what is missing", async () => {
    const again = await renderPki(input, complete, making);
    expect(again.files).toEqual([]);
    expect(again.kept).toEqual(pkiNames(input.cluster));
    const without = new Map([...complete].filter(([path]) => !path.includes("etcd/peer")));
    expect((await renderPki(input, without, making)).files.map(({ path }) => path)).toEqual([
      `${pki}/etcd/peer.key`,
      `${pki}/etcd/peer.crt`,
    ]);
  });

  it("brings the shared endpoint and certSANs into the API server's names, IPv6 in its short form", async () => {
    const given = inputWith({
      controlPlaneEndpoint: "lb.example.org:6443",
      apiServer: { certSANs: ["10.0.0.7", "fd00:0:0:0::1", "*.example.net", "lb.example.org"] },
      networking: { serviceSubnet: "fd02::/112,10.96.0.0/16" },
    });
    const { files } = await renderPki(given, new Map(), making, ["ca", "apiserver"]);
    const names = parseCertificate(asExisting(files).get(`${pki}/apiserver.crt`) ?? "")?.alternativeNames;
    expect(names?.dnsNames).toEqual(
      expect.arrayContaining(["lb.example.org", "*.example.net", "kubernetes.default.svc.cluster.local"]),
    );
    expect(names?.dnsNames.filter((name) => name === "lb.example.org")).toHaveLength(1);
    expect(names?.ipAddresses).toEqual(["fd02::1", "10.89.0.21", "10.0.0.7", "fd00::1"]);
  });

  it("needs no etcd certificates when etcd is external", async () => {
    const external = inputWith({ etcd: { external: { endpoints: ["https://etcd.example:2379"] } } });
    expect(pkiNames(external.cluster).filter((name) => name.includes("etcd"))).toEqual([]);
    expect(await codeOf(new Map(), external)).toBe("made 12 files");
  });

  it("makes one certificate alone only where its authority stands", async () => {
    const only = await renderPki(input, complete, making, ["apiserver"]);
    expect(only.kept).toEqual(["apiserver"]);
    await expect(renderPki(input, new Map(), making, ["apiserver"])).rejects.toMatchObject({
      details: { code: "CA_MISSING", exit: "configuration" },
    });
  });

  it("takes an authority without its key for an external one, whose leaves must all stand", async () => {
    const keyless = new Map([...complete].filter(([path]) => path !== `${pki}/ca.key`));
    expect(await codeOf(keyless)).toBe("made 0 files");
    const lacking = new Map([...keyless].filter(([path]) => !path.includes("kubelet-client")));
    await expect(renderPki(input, lacking, making)).rejects.toThrow(
      /apiserver-kubelet-client.crt is missing.*external/,
    );
  });

  it.each([
    ["a certificate that is none", "apiserver.crt", () => "nonsense", "CERTIFICATE_UNREADABLE"],
    ["a leaf in the authority's place", "ca.crt", () => complete.get(`${pki}/apiserver.crt`), "CERTIFICATE_NOT_A_CA"],
    [
      "a leaf of another authority",
      "apiserver.crt",
      () => complete.get(`${pki}/front-proxy-client.crt`),
      "CERTIFICATE_FOREIGN",
    ],
    ["another certificate's key", "apiserver.key", () => complete.get(`${pki}/ca.key`), "KEY_MISMATCH"],
    ["a key that is none", "ca.key", () => "nonsense", "KEY_UNREADABLE"],
    ["an sa.key that is none", "sa.key", () => "nonsense", "KEY_UNREADABLE"],
  ])("refuses %s", async (_, file, content, code) => {
    expect(await codeOf(new Map([...complete, [`${pki}/${file}`, content() ?? ""]]))).toBe(code);
  });

  it("refuses an authority's key without its certificate, rather than making another beside it", async () => {
    const orphan = new Map([[`${pki}/ca.key`, complete.get(`${pki}/ca.key`) ?? ""]]);
    expect(await codeOf(orphan)).toBe("KEY_WITHOUT_CERTIFICATE");
  });

  it("refuses what is expired or not valid yet", async () => {
    expect(await codeOf(complete, input, new Date("2027-12-01T00:00:00Z"))).toBe("CERTIFICATE_EXPIRED");
    expect(await codeOf(complete, input, new Date("2037-01-01T00:00:00Z"))).toBe("CERTIFICATE_EXPIRED");
    expect(await codeOf(complete, input, new Date("2026-01-01T00:00:00Z"))).toBe("CERTIFICATE_EXPIRED");
  });

  it("signs a certificate that lacks names anew, with the same key and the names that it had", async () => {
    const wider = inputWith({ apiServer: { certSANs: ["new.example.org", "10.9.9.9"] } });
    const { files, kept } = await renderPki(wider, complete, making);
    const path = `${pki}/apiserver.crt`;
    expect(files.map((file) => file.path)).toEqual([path]);
    expect(kept).not.toContain("apiserver");
    const [before, after] = [complete.get(path), files[0]?.content].map((pem) => parseCertificate(pem ?? "")!);
    expect(after!.publicKey.equals(before!.publicKey)).toBe(true);
    expect(missingNames(before!.alternativeNames, after!.alternativeNames)).toEqual([]);
    expect(after!.alternativeNames.dnsNames).toContain("new.example.org");
    expect(after!.alternativeNames.ipAddresses).toContain("10.9.9.9");
    expect(after!.usages).toEqual(before!.usages);
    // in place, it is kept
    expect((await renderPki(wider, new Map([...complete, [path, files[0]?.content ?? ""]]), making)).files).toEqual([]);
  });

  it("refuses a certificate that lacks a name where nobody can sign it, and says which", async () => {
    const wider = inputWith({ apiServer: { certSANs: ["new.example.org", "10.9.9.9"] } });
    const external = new Map([...complete].filter(([path]) => path !== `${pki}/ca.key`));
    await expect(renderPki(wider, external, making)).rejects.toThrow("lacks the names new.example.org, 10.9.9.9");
  });

  it("makes sa.pub again from sa.key", async () => {
    const without = new Map([...complete].filter(([path]) => path !== `${pki}/sa.pub`));
    const { files } = await renderPki(input, without, making);
    expect(files).toEqual([{ path: `${pki}/sa.pub`, mode: 0o600, content: complete.get(`${pki}/sa.pub`) }]);
  });

  it("accepts an authority of another algorithm, and keys in PKCS#8", async () => {
    const rsa = await generateKeys("RSA-2048");
    const rsaMaking = { now: sampleNow, random: randomBytes, newKeyPair: async () => rsa };
    const ca = asExisting((await renderPki(input, new Map(), rsaMaking, ["ca"])).files);
    expect(privateKeyPem(rsa.privateKey)).toMatch(/^-----BEGIN RSA PRIVATE KEY-----/);
    const pkcs8 = rsa.privateKey.export({ type: "pkcs8", format: "pem" }) as string;
    const { files } = await renderPki(input, new Map([...ca, [`${pki}/ca.key`, pkcs8]]), making, ["ca", "apiserver"]);
    const made = parseCertificate(asExisting(files).get(`${pki}/apiserver.crt`) ?? "");
    expect(made?.publicKey.asymmetricKeyType).toBe("ec");
    expect(made?.x509.verify(rsa.publicKey)).toBe(true);
    expect(parsePrivateKey(pkcs8)?.publicKey.equals(rsa.publicKey)).toBe(true);
  });
});
