import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sampleConfig } from "../../kubeadm-sample.ts";
import { slipway } from "../cli/slipway.ts";

const run = (program: string, args: readonly string[]) => promisify(execFile)(program, args, { timeout: 60_000 });
let rootfs: string;
let pki: string;
beforeAll(async () => {
  rootfs = await mkdtemp(join(tmpdir(), "slipway-external-"));
  pki = join(rootfs, "etc/kubernetes/pki");
});
afterAll(() => rm(rootfs, { recursive: true, force: true }));

const config = sampleConfig.replace("clusterName:", "encryptionAlgorithm: ECDSA-P256\nclusterName:");
const offline = (...args: string[]) =>
  slipway({ home: rootfs, input: config }, ...args, "--config", "-", "--rootfs", rootfs);
const openssl = (...args: string[]) => run("openssl", args);

/** An authority somewhere else: its key never comes into the tree. */
async function authority(name: string, commonName: string): Promise<string> {
  const base = join(rootfs, `elsewhere-${name}`);
  await openssl(
    "req",
    "-x509",
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:prime256v1",
    "-nodes",
    "-days",
    "30",
    "-subj",
    `/CN=${commonName}`,
    "-keyout",
    `${base}.key`,
    "-out",
    `${base}.crt`,
  );
  return base;
}

async function signed(ca: string, file: string, usage: string): Promise<void> {
  const extensions = join(rootfs, "extensions");
  await writeFile(extensions, `extendedKeyUsage=${usage}\nbasicConstraints=critical,CA:FALSE\n`);
  await openssl(
    "x509",
    "-req",
    "-in",
    `${pki}/${file}.csr`,
    "-CA",
    `${ca}.crt`,
    "-CAkey",
    `${ca}.key`,
    "-days",
    "7",
    "-copy_extensions",
    "copyall",
    "-extfile",
    extensions,
    "-out",
    `${pki}/${file}.crt`,
  );
}

describe("an authority whose key is kept elsewhere", () => {
  it("signs the requests that generate-csr made, and init takes the certificates as its own", async () => {
    expect(await offline("certs", "generate-csr")).toMatchObject({ exitCode: 0, stderr: "" });
    const request = (await openssl("req", "-in", `${pki}/apiserver.csr`, "-noout", "-verify", "-subject", "-text"))
      .stdout;
    expect(request).toContain("CN = kube-apiserver");
    expect(request).toContain("IP Address:10.96.0.1");
    const [ca, frontProxy, etcd] = await Promise.all([
      authority("ca", "kubernetes"),
      authority("fp", "front-proxy-ca"),
      authority("etcd", "etcd-ca"),
    ]);
    await mkdir(join(pki, "etcd"), { recursive: true });
    await Promise.all([
      copyFile(`${ca}.crt`, `${pki}/ca.crt`),
      copyFile(`${frontProxy}.crt`, `${pki}/front-proxy-ca.crt`),
      copyFile(`${etcd}.crt`, `${pki}/etcd/ca.crt`),
    ]);
    await signed(ca, "apiserver", "serverAuth");
    await signed(ca, "apiserver-kubelet-client", "clientAuth");
    await signed(frontProxy, "front-proxy-client", "clientAuth");
    for (const file of ["etcd/server", "etcd/peer"]) await signed(etcd, file, "serverAuth,clientAuth");
    for (const file of ["etcd/healthcheck-client", "apiserver-etcd-client"]) await signed(etcd, file, "clientAuth");
    const certs = await offline("init", "phase", "certs", "all");
    expect(certs).toMatchObject({ exitCode: 0, stderr: "" });
    expect(certs.stdout.split("\n").filter((line) => line.includes("Wrote"))).toEqual([
      "[certs] Wrote /etc/kubernetes/pki/sa.key",
      "[certs] Wrote /etc/kubernetes/pki/sa.pub",
    ]);
  });

  it("can't renew anything here, and says so", async () => {
    const renewed = await offline("certs", "renew", "all");
    expect(renewed.stdout).toContain("apiserver can't be renewed: the key of its authority ca is not here\n");
    expect((await offline("certs", "check-expiration")).stdout).toMatch(/^apiserver .* ca +yes/m);
  });

  it("leaves the controller-manager nothing to sign with", async () => {
    expect(await offline("init", "phase", "control-plane", "controller-manager")).toMatchObject({
      exitCode: 0,
      stderr: "",
    });
    const manifest = await readFile(join(rootfs, "etc/kubernetes/manifests/kube-controller-manager.yaml"), "utf8");
    expect(manifest).toContain("- --cluster-signing-cert-file=\n");
  });

  it("is missed where a certificate has yet to be signed", async () => {
    await rm(`${pki}/apiserver.crt`);
    const { exitCode, stderr } = await offline("init", "phase", "certs", "all");
    expect({ exitCode, stderr }).toEqual({
      exitCode: 10,
      stderr: expect.stringMatching(/apiserver.crt is missing.*external[\s\S]*generate-csr/),
    });
  });
});
