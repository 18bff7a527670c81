import { describe, expect, it } from "vitest";
import type { FoundAuthority } from "../../src/certs/pki/existing-material.ts";
import { renderPki } from "../../src/certs/pki/pki.ts";
import { bootstrapKubeconfig } from "../../src/kubeconfig/bootstrap-kubeconfig.ts";
import { currentContext, fromBase64, parseKubeconfig } from "../../src/kubeconfig/kubeconfig.ts";
import { kubeconfigClient } from "../../src/kubeconfig/kubeconfig-client.ts";
import { joinKubeconfigs } from "../../src/kubeconfig/profiles.ts";
import { renderKubeconfigs } from "../../src/kubeconfig/render-kubeconfigs.ts";
import { userKubeconfig } from "../../src/kubeconfig/user-kubeconfig.ts";
import { parseCertificate } from "../../src/x509/certificate.ts";
import { isSignedBy } from "../../src/x509/chain.ts";
import { asExisting, inputWith, sampleMaking } from "../kubeadm-sample.ts";

const input = inputWith({ controlPlaneEndpoint: "lb.example.org:8443", clusterName: "prod" });
const making = sampleMaking();
const authority = (await renderPki(input, new Map(), making, ["ca"])).authorities.get("ca") as FoundAuthority;
const { files } = await renderKubeconfigs(input, { authority, existing: new Map(), making });
const existing = asExisting(files);

describe("renderKubeconfigs", () => {
  it.each([
    ["admin.conf", "kubernetes-admin", ["kubeadm:cluster-admins"], "https://lb.example.org:8443"],
    ["super-admin.conf", "kubernetes-super-admin", ["system:masters"], "https://lb.example.org:8443"],
    ["kubelet.conf", "system:node:ref1", ["system:nodes"], "https://10.89.0.21:6443"],
    ["controller-manager.conf", "system:kube-controller-manager", [], "https://10.89.0.21:6443"],
    ["scheduler.conf", "system:kube-scheduler", [], "https://10.89.0.21:6443"],
  ])("gives %s its user, groups and server", (file, commonName, organizations, server) => {
    const text = existing.get(`/etc/kubernetes/${file}`) ?? "";
    const client = kubeconfigClient(text);
    expect(client?.subject).toEqual({ commonName, organizations });
    expect(client?.usages).toEqual(["clientAuth"]);
    expect(client && isSignedBy(client, authority.certificate)).toBe(true);
    // kubeadm starts these when their authority starts, not five minutes ago
    expect(client?.notBefore).toEqual(authority.certificate.notBefore);
    const config = parseKubeconfig(text);
    expect(config?.["current-context"]).toBe(`${commonName}@prod`);
    expect(config && currentContext(config).cluster).toMatchObject({ name: "prod", cluster: { server } });
  });

  it("writes them for their owner alone", () => {
    expect(new Set(files.map(({ mode }) => mode))).toEqual(new Set([0o600]));
  });

  it("keeps files of the same authority, and only warns of another server", async () => {
    const moved = inputWith({ controlPlaneEndpoint: "new.example.org:8443", clusterName: "prod" });
    const again = await renderKubeconfigs(moved, { authority, existing, making });
    expect(again.files).toEqual([]);
    expect(again.kept).toHaveLength(5);
    expect(again.warnings).toEqual([
      "/etc/kubernetes/admin.conf names the server https://lb.example.org:8443, not https://new.example.org:8443",
      "/etc/kubernetes/super-admin.conf names the server https://lb.example.org:8443, not https://new.example.org:8443",
    ]);
  });

  it("refuses files of another authority, and files that are no kubeconfig", async () => {
    const other = (await renderPki(input, new Map(), making, ["ca"])).authorities.get("ca") as FoundAuthority;
    await expect(renderKubeconfigs(input, { authority: other, existing, making })).rejects.toMatchObject({
      details: { code: "KUBECONFIG_FOREIGN_CA" },
    });
    const broken = new Map([["/etc/kubernetes/admin.conf", "kind: Pod\n"]]);
    await expect(renderKubeconfigs(input, { authority, existing: broken, making })).rejects.toMatchObject({
      details: { code: "KUBECONFIG_UNREADABLE" },
    });
  });

  it("can't make any without the authority's key", async () => {
    const keyless = { certificate: authority.certificate, privateKey: undefined };
    await expect(renderKubeconfigs(input, { authority: keyless, existing: new Map(), making })).rejects.toMatchObject({
      details: { code: "EXTERNAL_CA" },
    });
    expect((await renderKubeconfigs(input, { authority: keyless, existing, making })).kept).toHaveLength(5);
  });

  it("makes three for a joining control plane", async () => {
    const joined = await renderKubeconfigs(input, { authority, existing: new Map(), making, only: joinKubeconfigs });
    expect(joined.files.map(({ path }) => path.slice("/etc/kubernetes/".length))).toEqual([
      "admin.conf",
      "controller-manager.conf",
      "scheduler.conf",
    ]);
  });

  it("brackets IPv6 servers", async () => {
    const six = inputWith({}, { localAPIEndpoint: { advertiseAddress: "fd00::21" } });
    const made = await renderKubeconfigs(six, { authority, existing: new Map(), making, only: ["scheduler"] });
    expect(made.files[0]?.content).toContain("server: https://[fd00::21]:6443\n");
  });
});

describe("other kubeconfigs", () => {
  it("bootstrap with a token and the cluster's authority", () => {
    const ca = authority.certificate.pem;
    const text = bootstrapKubeconfig({
      server: "https://10.0.0.1:6443",
      clusterName: "prod",
      ca,
      credentials: { kind: "token", token: "abcdef.0123456789abcdef" },
    });
    const config = parseKubeconfig(text);
    const { cluster, user } = currentContext(
      config ?? { clusters: [], contexts: [], users: [], "current-context": "" },
    );
    expect(user).toEqual({ name: "tls-bootstrap-token-user", user: { token: "abcdef.0123456789abcdef" } });
    expect(fromBase64(cluster?.cluster["certificate-authority-data"])).toBe(ca);
  });

  it("give a further user a certificate with its groups and lifetime, or a token", async () => {
    const { certificate, privateKey } = authority;
    if (!privateKey) throw new Error("no key");
    const user = {
      userName: "alice",
      organizations: ["dev", "ops"],
      server: "https://lb.example.org:8443",
      clusterName: "prod",
      validityMs: 3_600_000,
    };
    const client = kubeconfigClient(await userKubeconfig(user, { certificate, privateKey }, making));
    expect(client?.subject).toEqual({ commonName: "alice", organizations: ["dev", "ops"] });
    expect(client?.notAfter.getTime()).toBe(making.now.getTime() + 3_600_000);
    const byToken = await userKubeconfig({ ...user, token: "secret" }, { certificate, privateKey }, making);
    expect(byToken).toContain("    token: secret\n");
    expect(byToken).not.toContain("client-key-data");
    expect(parseCertificate("x")).toBeUndefined();
  });
});
