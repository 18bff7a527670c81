import { mkdtemp, readlink, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { connectionFromKubeconfig } from "../../../src/kube/connection.ts";
import { CertificateStore, isValidAt, rotationTime } from "../../../src/kubelet/tls/certificate-store.ts";
import { kubeletKubeconfig } from "../../../src/kubelet/tls/kubelet-kubeconfig.ts";
import { servingPair } from "../../../src/kubelet/tls/serving-certificate.ts";
import { selfSignedCertificate } from "../../../src/x509/self-signed.ts";

let directory = "";
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "kubelet-tls-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const notBefore = new Date("2026-01-01T00:00:00Z");
const pair = () => selfSignedCertificate({ commonName: "n", dnsNames: ["n"], ipAddresses: [] }, notBefore);

test("the store keeps each certificate in a dated file of mode 0600 and links to the newest", async () => {
  const store = new CertificateStore(directory, "kubelet-client");
  expect(await store.current()).toBeUndefined();
  const { cert, key } = pair();
  await store.store(cert, key, new Date("2026-01-02T03:04:05Z"));
  expect(await readlink(store.currentPath)).toBe(join(directory, "kubelet-client-2026-01-02-03-04-05.pem"));
  expect((await stat(store.currentPath)).mode & 0o777).toBe(0o600);
  await store.store(cert, key, new Date("2026-02-02T00:00:00Z"));
  expect(await readlink(store.currentPath)).toContain("2026-02-02");
  const current = await store.current();
  expect(current && isValidAt(current, new Date("2026-06-01T00:00:00Z"))).toBe(true);
  expect(current && isValidAt(current, new Date("2027-06-01T00:00:00Z"))).toBe(false);
});

test("rotation falls between 70 and 90 % of the certificate's life", () => {
  const life = { pem: "", subject: "", notBefore, notAfter: new Date(notBefore.getTime() + 1000) };
  expect(rotationTime(life, 0).getTime() - notBefore.getTime()).toBe(700);
  expect(rotationTime(life, 1).getTime() - notBefore.getTime()).toBe(900);
});

test("the kubeconfig that it writes refers to the certificate's file", () => {
  const text = kubeletKubeconfig({ server: "https://192.0.2.1:6443", ca: "CA" }, "/pki/kubelet-client-current.pem");
  expect(connectionFromKubeconfig(text, "/")).toMatchObject({
    server: "https://192.0.2.1:6443",
    ca: "CA",
    credentials: {
      kind: "certificateFiles",
      certPath: "/pki/kubelet-client-current.pem",
      keyPath: "/pki/kubelet-client-current.pem",
    },
  });
});

test("a serving certificate is made once and kept until it ends", async () => {
  const files = { certFile: "", keyFile: "", certDir: directory };
  const identity = { nodeName: "n", addresses: ["192.0.2.1"] };
  const first = await servingPair(files, identity, new Date("2026-01-01T00:00:00Z"));
  expect(await servingPair(files, identity, new Date("2026-02-01T00:00:00Z"))).toEqual(first);
  expect(await servingPair(files, identity, new Date("2028-01-01T00:00:00Z"))).not.toEqual(first);
  expect((await stat(join(directory, "kubelet.key"))).mode & 0o777).toBe(0o600);
});

test("a serving certificate that is not where the configuration says is named", async () => {
  const files = { certFile: join(directory, "none.crt"), keyFile: join(directory, "none.key"), certDir: directory };
  await expect(servingPair(files, { nodeName: "n", addresses: [] }, notBefore)).rejects.toThrow("none.crt");
});
