import { describe, expect, it } from "vitest";
import { issueText, requireValid } from "../../../../src/config/issue.ts";
import { isKubeadmFile, migrate } from "../../../../src/config/kubeadm/load/migrate.ts";
import { sampleHost } from "../../../kubeadm-sample.ts";

const old = `apiVersion: kubeadm.k8s.io/v1beta3
kind: InitConfiguration
nodeRegistration:
  name: cp1
  kubeletExtraArgs:
    v: "4"
    node-labels: a=b
---
apiVersion: kubeadm.k8s.io/v1beta3
kind: ClusterConfiguration
kubernetesVersion: v1.35.0
apiServer:
  timeoutForControlPlane: 6m0s
  extraArgs:
    audit-log-path: /var/log/audit.log
    anonymous-auth: "false"
etcd:
  local:
    dataDir: /data/etcd
    extraArgs:
      quota-backend-bytes: "8589934592"
`;

const problemsOf = (text: string) => {
  const parsed = migrate(text, sampleHost);
  return parsed.kind === "invalid" ? parsed.issues.map(issueText) : [];
};

describe("config migrate", () => {
  it("turns v1beta3 into v1beta4: arguments into lists, the time-out into the kind that waits", () => {
    const migrated = requireValid(migrate(old, sampleHost), "old.yaml");
    expect(migrated).not.toContain("v1beta3");
    expect(migrated).not.toContain("timeoutForControlPlane");
    expect(migrated).toContain(
      '  kubeletExtraArgs:\n  - name: node-labels\n    value: a=b\n  - name: v\n    value: "4"\n',
    );
    expect(migrated).toContain("  controlPlaneComponentHealthCheck: 6m0s\n");
    expect(migrated).toContain(
      'apiServer:\n  extraArgs:\n  - name: anonymous-auth\n    value: "false"\n  - name: audit-log-path\n    value: /var/log/audit.log\n',
    );
    expect(migrated).toContain("  local:\n    dataDir: /data/etcd\n    extraArgs:\n    - name: quota-backend-bytes\n");
  });

  it("gives the same file again from its own output", () => {
    const once = requireValid(migrate(old, sampleHost), "old.yaml");
    expect(requireValid(migrate(once, sampleHost), "new.yaml")).toBe(once);
  });

  it("moves the discovery time-out of a JoinConfiguration", () => {
    const join = `apiVersion: kubeadm.k8s.io/v1beta3
kind: JoinConfiguration
discovery:
  timeout: 7m0s
  bootstrapToken: { token: abcdef.0123456789abcdef, apiServerEndpoint: "10.0.0.1:6443", unsafeSkipCAVerification: true }
`;
    const migrated = requireValid(migrate(join, sampleHost), "join.yaml");
    expect(migrated).toContain("  discovery: 7m0s\n");
    expect(migrated).toContain("  tlsBootstrapToken: abcdef.0123456789abcdef\n");
  });

  it("writes every kind of a file, and tells that the old version is deprecated", () => {
    const text = `${old}---\napiVersion: kubeadm.k8s.io/v1beta4\nkind: ResetConfiguration\nforce: true\n---\napiVersion: kubeadm.k8s.io/v1beta4\nkind: UpgradeConfiguration\n`;
    const parsed = migrate(text, sampleHost);
    const kinds = [...requireValid(parsed, "all.yaml").matchAll(/^kind: (\w+)$/gm)].map(([, kind]) => kind);
    expect(kinds).toEqual(["InitConfiguration", "ClusterConfiguration", "ResetConfiguration", "UpgradeConfiguration"]);
    expect(parsed.kind === "ok" && new Set(parsed.warnings.map(({ code }) => code))).toEqual(new Set(["DEPRECATED"]));
  });

  it("refuses fields that v1beta3 doesn't have, other groups, and files without any kind of kubeadm's", () => {
    expect(
      problemsOf("apiVersion: kubeadm.k8s.io/v1beta3\nkind: ClusterConfiguration\nencryptionAlgorithm: RSA-3072\n"),
    ).toEqual(["encryptionAlgorithm: unknown field of kubeadm.k8s.io/v1beta3"]);
    expect(problemsOf(`${old}---\napiVersion: v1\nkind: Pod\n`)).toEqual(["v1 Pod is no kind of kubeadm"]);
    expect(problemsOf("apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n")).toEqual([
      "no document of kubeadm.k8s.io",
    ]);
  });

  it("tells a kubeadm file from a cluster file", () => {
    expect(isKubeadmFile(old)).toBe(true);
    expect(isKubeadmFile(`${old}---\napiVersion: slipway.dev/v1\nkind: Cluster\n`)).toBe(false);
    expect(isKubeadmFile("a: b")).toBe(false);
  });
});
