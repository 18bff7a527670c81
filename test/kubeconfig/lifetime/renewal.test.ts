import { beforeAll, describe, expect, it } from "vitest";
import { generateKeys } from "../../../src/certs/key-pair.ts";
import { leafRequests } from "../../../src/certs/pki/generate-csrs.ts";
import { renderPki } from "../../../src/certs/pki/pki.ts";
import { currentContext, parseKubeconfig } from "../../../src/kubeconfig/kubeconfig.ts";
import { kubeconfigClient } from "../../../src/kubeconfig/kubeconfig-client.ts";
import { kubeconfigRequests } from "../../../src/kubeconfig/kubeconfig-requests.ts";
import { renew, renewableNames } from "../../../src/kubeconfig/lifetime/renewal.ts";
import { renderKubeconfigs } from "../../../src/kubeconfig/render-kubeconfigs.ts";
import { parseCertificate } from "../../../src/x509/certificate.ts";
import { leadsTo } from "../../../src/x509/chain.ts";
import { asExisting, inputWith, sampleMaking } from "../../kubeadm-sample.ts";

const input = inputWith({ apiServer: { certSANs: ["extra.example.org"] } });
const { cluster } = input;
const later = sampleMaking(new Date("2027-03-01T00:00:00Z"));
const pki = "/etc/kubernetes/pki";
let existing = new Map<string, string>();

beforeAll(async () => {
  const making = sampleMaking();
  const made = await renderPki(input, new Map(), making);
  const authority = made.authorities.get("ca");
  if (!authority) throw new Error("no authority");
  const kubeconfigs = await renderKubeconfigs(input, { authority, existing: new Map(), making });
  existing = asExisting([...made.files, ...kubeconfigs.files]);
});

describe("certs renew", () => {
  it("knows what can be renewed", () => {
    expect(renewableNames(cluster)).toEqual([
      "admin.conf",
      "apiserver",
      "apiserver-etcd-client",
      "apiserver-kubelet-client",
      "controller-manager.conf",
      "etcd-healthcheck-client",
      "etcd-peer",
      "etcd-server",
      "front-proxy-client",
      "scheduler.conf",
      "super-admin.conf",
    ]);
  });

  it("takes over subject, names and usages; key and validity are new", async () => {
    const renewal = await renew("apiserver", { cluster, existing, making: later });
    if (renewal.kind !== "renewed") throw new Error(renewal.kind);
    const before = parseCertificate(existing.get(`${pki}/apiserver.crt`) ?? "");
    const after = parseCertificate(asExisting(renewal.files).get(`${pki}/apiserver.crt`) ?? "");
    const ca = parseCertificate(existing.get(`${pki}/ca.crt`) ?? "");
    if (!before || !after || !ca) throw new Error("unreadable");
    expect(after).toMatchObject({
      subject: before.subject,
      alternativeNames: before.alternativeNames,
      usages: before.usages,
    });
    expect(after.publicKey.equals(before.publicKey)).toBe(false);
    expect(after.notAfter.toISOString()).toBe("2028-02-29T00:00:00.000Z");
    expect(leadsTo(ca, [after])).toBe(true);
  });

  it("renews the certificate inside a kubeconfig and keeps the groups that it had", async () => {
    const renewal = await renew("admin.conf", { cluster, existing, making: later });
    if (renewal.kind !== "renewed") throw new Error(renewal.kind);
    const [file] = renewal.files;
    expect(file).toMatchObject({ path: "/etc/kubernetes/admin.conf", mode: 0o600 });
    expect(kubeconfigClient(file?.content ?? "")?.subject).toEqual({
      commonName: "kubernetes-admin",
      organizations: ["kubeadm:cluster-admins"],
    });
    expect(file?.content).not.toBe(existing.get("/etc/kubernetes/admin.conf"));
  });

  it("tells what is missing and what an external authority would have to renew", async () => {
    const lacking = new Map(
      [...existing].filter(([path]) => !path.endsWith("etcd/peer.crt") && path !== `${pki}/ca.key`),
    );
    const kinds = ["etcd-peer", "apiserver", "scheduler.conf"].map((name) =>
      renew(name, { cluster, existing: lacking, making: later }),
    );
    expect(await Promise.all(kinds)).toEqual([
      { kind: "missing", name: "etcd-peer" },
      { kind: "external", name: "apiserver", authority: "ca" },
      { kind: "external", name: "scheduler.conf", authority: "ca" },
    ]);
  });

  it("fails where the authority is not there at all", async () => {
    const lacking = new Map([...existing].filter(([path]) => !path.startsWith(`${pki}/etcd/ca`)));
    await expect(renew("etcd-server", { cluster, existing: lacking, making: later })).rejects.toThrow(
      "etcd/ca.crt is missing",
    );
  });
});

describe("certs generate-csr", () => {
  const newKeyPair = () => generateKeys("ECDSA-P256");

  it("makes a key and a request for every certificate and kubeconfig, closed to others", async () => {
    const leaves = await leafRequests(input, new Map(), newKeyPair);
    const kubeconfigs = await kubeconfigRequests(input, { existing: new Map(), newKeyPair, folder: "/etc/kubernetes" });
    expect(leaves).toHaveLength(14);
    expect(kubeconfigs.map(({ path }) => path.slice("/etc/kubernetes/".length))).toContain("kubelet.conf.csr");
    expect(new Set([...leaves, ...kubeconfigs].map(({ mode }) => mode))).toEqual(new Set([0o600]));
    const admin = parseKubeconfig(asExisting(kubeconfigs).get("/etc/kubernetes/admin.conf") ?? "");
    const { user, cluster: named } = currentContext(
      admin ?? { clusters: [], contexts: [], users: [], "current-context": "" },
    );
    expect(Object.keys(user?.user ?? {})).toEqual(["client-key-data"]);
    expect(named?.cluster).toEqual({ server: "https://10.89.0.21:6443" });
  });

  it("overwrites nothing", async () => {
    await expect(leafRequests(input, existing, newKeyPair)).rejects.toThrow("apiserver.key exists already");
    await expect(kubeconfigRequests(input, { existing, newKeyPair, folder: "/etc/kubernetes" })).rejects.toThrow(
      "admin.conf exists already",
    );
  });
});
