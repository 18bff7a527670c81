import { describe, expect, it } from "vitest";
import { issueText, requireValid } from "../../../../src/config/issue.ts";
import {
  controlPlaneOnlyFlags,
  type JoinFlags,
  joinDocuments,
} from "../../../../src/config/kubeadm/flags/join-flags.ts";
import { joinOf, loadJoin, loadReset, loadUpgrade } from "../../../../src/config/kubeadm/load/load-single.ts";
import { sampleHost } from "../../../kubeadm-sample.ts";

const pin = `sha256:${"0".repeat(64)}`;
const token = "abcdef.0123456789abcdef";

const join = (flags: JoinFlags) => requireValid(joinOf(joinDocuments(flags), sampleHost), "flags");
const problemsOf = (flags: JoinFlags) => {
  const parsed = joinOf(joinDocuments(flags), sampleHost);
  return parsed.kind === "invalid" ? parsed.issues.map(issueText).join("\n") : "";
};

describe("join", () => {
  it("uses --token for discovery and for the kubelet's bootstrap, and makes a worker without taints", () => {
    const joined = join({ endpoint: "10.0.0.1:6443", token, discoveryTokenCaCertHash: [pin] });
    expect(joined.discovery).toMatchObject({
      bootstrapToken: { token, apiServerEndpoint: "10.0.0.1:6443", caCertHashes: [pin] },
      tlsBootstrapToken: token,
    });
    expect(joined.controlPlane).toBeUndefined();
    expect(joined.nodeRegistration.taints).toBeUndefined();
  });

  it("makes a control plane on request, with its taint and its own endpoint", () => {
    const joined = join({ endpoint: "[fd00::1]:6443", token, discoveryTokenCaCertHash: [pin], controlPlane: true });
    expect(joined.controlPlane?.localAPIEndpoint).toEqual({ advertiseAddress: "10.89.0.21", bindPort: 6443 });
    expect(joined.nodeRegistration.taints).toHaveLength(1);
  });

  it("names the flags that a worker has no use for", () => {
    expect(controlPlaneOnlyFlags({ apiserverBindPort: 6443, certificateKey: "x" })).toEqual([
      "apiserver-bind-port",
      "certificate-key",
    ]);
    expect(controlPlaneOnlyFlags({ apiserverBindPort: 6443, controlPlane: true })).toEqual([]);
  });

  it("takes a file for discovery, whose own credentials may do", () => {
    expect(join({ discoveryFile: "file:///root/cluster.conf" }).discovery).toMatchObject({
      file: { kubeConfigPath: "/root/cluster.conf" },
      bootstrapToken: undefined,
    });
  });

  it.each<[string, JoinFlags, string]>([
    ["no way of discovery", { token }, "bootstrapToken or file must be set"],
    [
      "two ways of discovery",
      { endpoint: "10.0.0.1:6443", token, discoveryTokenCaCertHash: [pin], discoveryFile: "/f" },
      "cannot both be set",
    ],
    ["no pin", { endpoint: "10.0.0.1:6443", token }, "without caCertHashes can be unsafe"],
    [
      "an endpoint without a port",
      { endpoint: "10.0.0.1", token, discoveryTokenCaCertHash: [pin] },
      "must be host:port",
    ],
    [
      "a malformed token",
      { endpoint: "10.0.0.1:6443", token: "nope", discoveryTokenCaCertHash: [pin] },
      "the bootstrap token is invalid",
    ],
    ["plain http", { discoveryFile: "http://10.0.0.1/cluster.conf" }, "the scheme must be https"],
    [
      "a certificate key of another size",
      { endpoint: "10.0.0.1:6443", token, discoveryTokenCaCertHash: [pin], controlPlane: true, certificateKey: "abcd" },
      "invalid certificate key size 2",
    ],
  ])("refuses %s", (_, flags, problem) => {
    expect(problemsOf(flags)).toContain(problem);
  });

  it("needs its own kind in a file, and wants the CA's path to be one", () => {
    const parsed = loadJoin("apiVersion: kubeadm.k8s.io/v1beta4\nkind: InitConfiguration\n", sampleHost);
    expect(parsed.kind === "invalid" && parsed.issues.map(issueText).join()).toContain("no JoinConfiguration");
    const path = loadJoin(
      "apiVersion: kubeadm.k8s.io/v1beta4\nkind: JoinConfiguration\ncaCertPath: ca.pem\n",
      sampleHost,
    );
    expect(path.kind === "invalid" && path.issues.map(issueText).join()).toContain(
      "must be an absolute path that ends in .crt",
    );
  });
});

describe("reset and upgrade", () => {
  it("default the socket and refuse what is no socket, no flag, no absolute path", () => {
    const file = (fields: string) => `apiVersion: kubeadm.k8s.io/v1beta4\nkind: ResetConfiguration\n${fields}`;
    expect(requireValid(loadReset(file(""), sampleHost), "reset").criSocket).toBe(
      "unix:///var/run/containerd/containerd.sock",
    );
    expect(requireValid(loadReset(file("criSocket: /run/crio/crio.sock\n"), sampleHost), "reset").criSocket).toBe(
      "unix:///run/crio/crio.sock",
    );
    expect(loadReset(file("criSocket: tcp://127.0.0.1:1\n"), sampleHost).kind).toBe("invalid");
    expect(loadReset(file("unmountFlags: [MNT_SLOWLY]\n"), sampleHost).kind).toBe("invalid");
    expect(loadReset(file("certificatesDir: pki\n"), sampleHost).kind).toBe("invalid");
  });

  it("keep an explicit false apart from an absent switch", () => {
    const file =
      "apiVersion: kubeadm.k8s.io/v1beta4\nkind: UpgradeConfiguration\napply: { etcdUpgrade: false, dryRun: false }\n";
    const { apply } = requireValid(loadUpgrade(file), "upgrade");
    expect([apply.etcdUpgrade, apply.certificateRenewal, apply.dryRun, apply.printConfig]).toEqual([
      false,
      true,
      false,
      undefined,
    ]);
  });

  it("want absolute patches folders for upgrades", () => {
    const file =
      "apiVersion: kubeadm.k8s.io/v1beta4\nkind: UpgradeConfiguration\nnode: { patches: { directory: p } }\n";
    expect(loadUpgrade(file).kind).toBe("invalid");
  });
});
