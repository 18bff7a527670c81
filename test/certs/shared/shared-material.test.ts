import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renderPki } from "../../../src/certs/pki/pki.ts";
import { newCertificateKey, seal, unseal } from "../../../src/certs/shared/certificate-key.ts";
import { sealShared, sharedFiles, unsealShared } from "../../../src/certs/shared/shared-material.ts";
import { asExisting, inputWith, sampleMaking } from "../../kubeadm-sample.ts";

const key = newCertificateKey(randomBytes);
const input = inputWith();
const existing = asExisting((await renderPki(input, new Map(), sampleMaking())).files);

describe("sealing", () => {
  it("opens with the same key and with no other, and notices any changed byte", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (content, at, flip) => {
          const sealed = seal(content, key, randomBytes);
          expect(unseal(sealed, key)).toEqual(Buffer.from(content));
          expect(unseal(sealed, newCertificateKey(randomBytes))).toBeUndefined();
          const tampered = Buffer.from(sealed);
          const index = at % tampered.length;
          tampered[index] = (tampered[index] ?? 0) ^ flip;
          expect(unseal(tampered, key)).toBeUndefined();
        },
      ),
    );
    expect(unseal(Buffer.alloc(27), key)).toBeUndefined();
  });

  it("never gives the same bytes twice", () => {
    const content = Buffer.from("x");
    expect(seal(content, key, randomBytes)).not.toEqual(seal(content, key, randomBytes));
  });
});

describe("shared certificates", () => {
  it("come back as the files that they were, keys closed to others", () => {
    const files = unsealShared(input.cluster, sealShared(input.cluster, existing, { key, random: randomBytes }), key);
    expect(files.map(({ path, mode }) => `${mode.toString(8)} ${path.replace("/etc/kubernetes/pki/", "")}`)).toEqual([
      "644 ca.crt",
      "600 ca.key",
      "644 front-proxy-ca.crt",
      "600 front-proxy-ca.key",
      "644 sa.pub",
      "600 sa.key",
      "644 etcd/ca.crt",
      "600 etcd/ca.key",
    ]);
    for (const { path, content } of files) expect(content).toBe(existing.get(path));
  });

  it("give a joining host all that it needs to make its own leaves", async () => {
    const data = sealShared(input.cluster, existing, { key, random: randomBytes });
    const shared = asExisting(unsealShared(input.cluster, data, key));
    const joined = await renderPki(inputWith({}, { nodeRegistration: { name: "cp2" } }), shared, sampleMaking());
    expect(joined.kept).toEqual(["ca", "front-proxy-ca", "etcd-ca", "sa"]);
    expect(joined.files).toHaveLength(14);
  });

  it("skip what was not there, and are refused with a wrong key or an entry missing", () => {
    const partly = new Map([...existing].filter(([path]) => !path.endsWith("ca.key")));
    const data = sealShared(input.cluster, partly, { key, random: randomBytes });
    expect(data["ca.key"]).toBe("");
    expect(unsealShared(input.cluster, data, key)).toHaveLength(5);
    const wrong = () => unsealShared(input.cluster, data, newCertificateKey(randomBytes));
    expect(wrong).toThrow("can't be decrypted with this certificate key");
    const { "sa.pub": _, ...incomplete } = data;
    expect(() => unsealShared(input.cluster, incomplete, key)).toThrow("sa.pub, is missing");
    const odd = { ...data, "sa.pub": seal(Buffer.from("hello"), key, randomBytes).toString("base64") };
    expect(() => unsealShared(input.cluster, odd, key)).toThrow("neither a key nor a certificate");
  });

  it("are an external etcd's client files where etcd is external", () => {
    const external = { endpoints: ["https://e:2379"], caFile: "/e/ca.crt", certFile: "/e/c.crt", keyFile: "/e/c.key" };
    expect(sharedFiles(inputWith({ etcd: { external } }).cluster).slice(-3)).toEqual([
      { key: "external-etcd-ca.crt", path: "/e/ca.crt" },
      { key: "external-etcd.crt", path: "/e/c.crt" },
      { key: "external-etcd.key", path: "/e/c.key" },
    ]);
  });
});
