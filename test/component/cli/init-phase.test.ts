import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { sampleConfig } from "../../kubeadm-sample.ts";
import { slipway } from "./slipway.ts";

const run = (program: string, args: readonly string[]) => promisify(execFile)(program, args, { timeout: 60_000 });
const home = tmpdir();
const manifests = join(import.meta.dirname, "../../manifests/fixtures");
const phases = [
  ["certs", "all"],
  ["kubeconfig", "all"],
  ["control-plane", "all"],
  ["etcd", "local"],
];

/** A root directory with kubeadm.yaml beside it, every phase run. */
async function wholeTree(config = sampleConfig) {
  const folder = await mkdtemp(join(tmpdir(), "slipway-"));
  const rootfs = join(folder, "root");
  const file = join(folder, "kubeadm.yaml");
  await writeFile(file, config);
  for (const folderOfCas of ["etc/ca-certificates", "usr/share/ca-certificates", "usr/local/share/ca-certificates"]) {
    await mkdir(join(rootfs, folderOfCas), { recursive: true });
  }
  const run = (...args: readonly string[]) => slipway({ home }, ...args, "--config", file, "--rootfs", rootfs);
  for (const phase of phases) expect(await run("init", "phase", ...phase)).toMatchObject({ exitCode: 0, stderr: "" });
  return { folder, rootfs, run, pki: join(rootfs, "etc/kubernetes/pki") };
}

/** A folder of the test's own, gone when it ends. */
async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "slipway-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function modesBelow(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true });
  const modes = entries.map(async (name) => [name, ((await stat(join(folder, name))).mode & 0o777).toString(8)]);
  return Object.fromEntries(await Promise.all(modes));
}

describe("init phase, offline", () => {
  let shared: Awaited<ReturnType<typeof wholeTree>>;
  beforeAll(async () => {
    shared = await wholeTree();
  });
  afterAll(() => rm(shared.folder, { recursive: true, force: true }));

  it("writes kubeadm's /etc/kubernetes: the same names, modes and manifests", async () => {
    const { rootfs } = shared;
    const modes = await modesBelow(join(rootfs, "etc/kubernetes"));
    expect(modes).toEqual({
      "admin.conf": "600",
      "controller-manager.conf": "600",
      "kubelet.conf": "600",
      manifests: "700",
      "manifests/etcd.yaml": "600",
      "manifests/kube-apiserver.yaml": "600",
      "manifests/kube-controller-manager.yaml": "600",
      "manifests/kube-scheduler.yaml": "600",
      pki: "755",
      "pki/apiserver-etcd-client.crt": "644",
      "pki/apiserver-etcd-client.key": "600",
      "pki/apiserver-kubelet-client.crt": "644",
      "pki/apiserver-kubelet-client.key": "600",
      "pki/apiserver.crt": "644",
      "pki/apiserver.key": "600",
      "pki/ca.crt": "644",
      "pki/ca.key": "600",
      "pki/etcd": "755",
      "pki/etcd/ca.crt": "644",
      "pki/etcd/ca.key": "600",
      "pki/etcd/healthcheck-client.crt": "644",
      "pki/etcd/healthcheck-client.key": "600",
      "pki/etcd/peer.crt": "644",
      "pki/etcd/peer.key": "600",
      "pki/etcd/server.crt": "644",
      "pki/etcd/server.key": "600",
      "pki/front-proxy-ca.crt": "644",
      "pki/front-proxy-ca.key": "600",
      "pki/front-proxy-client.crt": "644",
      "pki/front-proxy-client.key": "600",
      "pki/sa.key": "600",
      "pki/sa.pub": "600",
      "scheduler.conf": "600",
      "super-admin.conf": "600",
    });
    expect(((await stat(join(rootfs, "var/lib/etcd"))).mode & 0o777).toString(8)).toBe("700");
    for (const name of ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"]) {
      const written = await readFile(join(rootfs, `etc/kubernetes/manifests/${name}.yaml`), "utf8");
      expect(written).toBe(await readFile(join(manifests, `${name}.yaml`), "utf8"));
    }
  });

  it("makes certificates that openssl verifies against their authorities, and shows as kubeadm's", async () => {
    const { pki } = shared;
    const verified = (ca: string, ...files: string[]) =>
      run("openssl", ["verify", "-CAfile", `${pki}/${ca}`, ...files.map((file) => `${pki}/${file}`)]);
    await verified("ca.crt", "apiserver.crt", "apiserver-kubelet-client.crt");
    await verified("front-proxy-ca.crt", "front-proxy-client.crt");
    await verified(
      "etcd/ca.crt",
      "etcd/server.crt",
      "etcd/peer.crt",
      "etcd/healthcheck-client.crt",
      "apiserver-etcd-client.crt",
    );
    await expect(verified("front-proxy-ca.crt", "apiserver.crt")).rejects.toThrow("verification failed");
    for (const [file, golden] of [
      ["ca", "ca"],
      ["apiserver", "apiserver"],
      ["etcd/server", "etcd-server"],
    ]) {
      const theirs = join(import.meta.dirname, "../../x509/fixtures", `${golden}.crt`);
      expect(await shownBy(`${pki}/${file}.crt`)).toEqual(await shownBy(theirs));
    }
  });

  it("makes keys that belong to their certificates, and a public sa key that belongs to the private", async () => {
    const { pki } = shared;
    const publicKey = async (...args: string[]) => (await run("openssl", args)).stdout;
    for (const file of ["ca", "apiserver", "etcd/peer", "front-proxy-client"]) {
      const ofKey = await publicKey("pkey", "-in", `${pki}/${file}.key`, "-pubout");
      expect(await publicKey("x509", "-in", `${pki}/${file}.crt`, "-noout", "-pubkey")).toBe(ofKey);
    }
    expect(await publicKey("pkey", "-in", `${pki}/sa.key`, "-pubout")).toBe(await readFile(`${pki}/sa.pub`, "utf8"));
    expect((await publicKey("rsa", "-in", `${pki}/apiserver.key`, "-check", "-noout")).trim()).toBe("RSA key ok");
  });

  it.each([
    ["ECDSA-P256", "ecdsa-with-SHA256", "ASN1 OID: prime256v1"],
    ["ECDSA-P384", "ecdsa-with-SHA384", "ASN1 OID: secp384r1"],
    ["RSA-3072", "sha256WithRSAEncryption", "Public-Key: (3072 bit)"],
  ])("makes %s keys on request", async (algorithm, signature, key) => {
    const { pki, folder } = await wholeTree(
      sampleConfig.replace("clusterName:", `encryptionAlgorithm: ${algorithm}\nclusterName:`),
    );
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const text = (await run("openssl", ["x509", "-in", `${pki}/apiserver.crt`, "-noout", "-text"])).stdout;
    expect(text).toContain(`Signature Algorithm: ${signature}`);
    expect(text).toContain(key);
    await run("openssl", ["verify", "-CAfile", `${pki}/ca.crt`, `${pki}/apiserver.crt`]);
  });

  it("writes kubeconfigs that kubectl reads", async () => {
    const { rootfs } = shared;
    const contexts = async (name: string) => {
      const file = join(rootfs, "etc/kubernetes", name);
      return (
        await run("kubectl", [
          "--kubeconfig",
          file,
          "config",
          "view",
          "--minify",
          "-o",
          "jsonpath={.contexts[0].name} {.clusters[0].cluster.server}",
        ])
      ).stdout;
    };
    expect(await contexts("admin.conf")).toBe("kubernetes-admin@kubernetes https://10.89.0.21:6443");
    expect(await contexts("super-admin.conf")).toBe("kubernetes-super-admin@kubernetes https://10.89.0.21:6443");
    expect(await contexts("kubelet.conf")).toBe("system:node:ref1@kubernetes https://10.89.0.21:6443");
    expect(await contexts("controller-manager.conf")).toMatch(/^system:kube-controller-manager@kubernetes/);
    expect(await contexts("scheduler.conf")).toMatch(/^system:kube-scheduler@kubernetes/);
  });

  it("keeps what stands when it is run again, and renews it on request", async () => {
    const { run, pki } = shared;
    const before = await readFile(`${pki}/apiserver.crt`, "utf8");
    expect((await run("init", "phase", "certs", "all")).stdout).toContain("[certs] Using the existing apiserver\n");
    expect(await readFile(`${pki}/apiserver.crt`, "utf8")).toBe(before);
    expect((await run("certs", "renew", "all")).stdout).toContain("apiserver renewed\n");
    expect(await readFile(`${pki}/apiserver.crt`, "utf8")).not.toBe(before);
    expect(await run("certs", "check-expiration")).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^apiserver .* 364d /m),
    });
    const json = JSON.parse((await run("certs", "check-expiration", "-o", "json")).stdout);
    expect(json.certificates).toHaveLength(11);
  });

  it("applies patches", async () => {
    const { folder, run, rootfs } = shared;
    await mkdir(join(folder, "patches"));
    await writeFile(
      join(folder, "patches/etcd+json.json"),
      '[{ "op": "add", "path": "/metadata/labels/tested", "value": "yes" }]',
    );
    const config = join(folder, "patched.yaml");
    await writeFile(
      config,
      sampleConfig.replace(
        "kind: InitConfiguration",
        `kind: InitConfiguration\npatches: { directory: ${folder}/patches }`,
      ),
    );
    expect(
      (await slipway({ home }, "init", "phase", "etcd", "local", "--config", config, "--rootfs", rootfs)).exitCode,
    ).toBe(0);
    expect(await readFile(join(rootfs, "etc/kubernetes/manifests/etcd.yaml"), "utf8")).toContain('tested: "yes"');
    expect(await run("init", "phase", "etcd", "local")).toMatchObject({ exitCode: 0, stderr: "" });
  });
});

describe("bad input", () => {
  it.each([
    ["an unreadable file", "/nonexistent.yaml", "", 10, "cannot read"],
    ["text that is no YAML", "-", "a: [", 10, "is not a valid configuration"],
    ["another kind", "-", "apiVersion: v1\nkind: Pod\n", 10, "neither an InitConfiguration"],
    [
      "networks that overlap",
      "-",
      sampleConfig.replace("10.244.0.0/16", "10.96.0.0/16"),
      10,
      "overlaps networking.serviceSubnet",
    ],
    [
      "a name that is none",
      "-",
      sampleConfig.replace("clusterName: kubernetes", "apiServer: { certSANs: ['a b'] }"),
      10,
      "apiServer.certSANs[0]",
    ],
  ])("%s is refused, and nothing is written", async (...expected) => {
    const [, config, input, exitCode, message] = expected;
    const rootfs = await temporaryFolder();
    const ran = await slipway({ home, input }, "init", "phase", "certs", "all", "--config", config, "--rootfs", rootfs);
    expect(ran.exitCode, ran.stderr).toBe(exitCode);
    expect(ran.stderr).toContain(message);
    expect(await readdir(rootfs)).toEqual([]);
  });

  it("a foreign certificate, a wrong key and a folder that is a file are refused, and nothing changes", async () => {
    const { run, pki, folder } = await wholeTree();
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const good = await readFile(`${pki}/apiserver.crt`, "utf8");
    await writeFile(`${pki}/apiserver.crt`, await readFile(`${pki}/front-proxy-client.crt`));
    const foreign = await run("init", "phase", "certs", "all");
    expect(foreign).toMatchObject({
      exitCode: 10,
      stderr: expect.stringContaining("apiserver.crt was not signed by the authority"),
    });
    await writeFile(`${pki}/apiserver.crt`, good);
    await writeFile(`${pki}/apiserver.key`, await readFile(`${pki}/ca.key`));
    expect(await run("init", "phase", "certs", "all")).toMatchObject({
      exitCode: 10,
      stderr: expect.stringContaining("is not the key of"),
    });
    const blocked = join(await temporaryFolder(), "root");
    await mkdir(join(blocked, "etc"), { recursive: true });
    await writeFile(join(blocked, "etc/kubernetes"), "a file");
    const { exitCode, stderr } = await slipway(
      { home },
      "init",
      "phase",
      "certs",
      "all",
      "--rootfs",
      blocked,
      "--apiserver-advertise-address",
      "10.0.0.1",
    );
    expect({ exitCode, stderr }).toEqual({
      exitCode: 13,
      stderr: expect.stringContaining(`cannot read ${blocked}/etc/kubernetes`),
    });
  });

  it("a flag that a file excludes, and a part that there isn't, are mistakes of usage", async () => {
    const rootfs = await temporaryFolder();
    const mixed = await slipway(
      { home, input: sampleConfig },
      "init",
      "phase",
      "certs",
      "all",
      "--config",
      "-",
      "--cert-dir",
      "/x",
      "--rootfs",
      rootfs,
    );
    expect(mixed).toMatchObject({ exitCode: 64, stderr: expect.stringContaining("--config excludes --cert-dir") });
    const unknown = await slipway(
      { home, input: sampleConfig },
      "init",
      "phase",
      "certs",
      "moon",
      "--config",
      "-",
      "--rootfs",
      rootfs,
    );
    expect(unknown).toMatchObject({
      exitCode: 64,
      stderr: expect.stringContaining("the phase certs has no part moon"),
    });
    expect(await readdir(rootfs)).toEqual([]);
  });
});

/** What openssl shows of a certificate but for what must differ: numbers, dates, keys and signatures. */
async function shownBy(file: string): Promise<string[]> {
  const { stdout } = await run("openssl", ["x509", "-in", file, "-noout", "-text"]);
  const own = /^\s+(?:Serial Number:|Not (?:Before|After)|(?:[0-9A-Fa-f]{2}:)+(?:[0-9A-Fa-f]{2})?$)/;
  return stdout.split("\n").filter((line) => !own.test(line));
}
