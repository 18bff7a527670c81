import { describe, expect, it } from "vitest";
import { locatedText, parseCluster } from "../../../src/config/cluster/parse-cluster.ts";

const read = (text: string, env = {}) => parseCluster({ file: "cluster.yaml", text, env });

function valid(text: string, env = {}) {
  const parsed = read(text, env);
  if (parsed.kind === "invalid") throw new Error(parsed.issues.map(locatedText).join("\n"));
  return parsed.value;
}

function issues(text: string, env = {}): string[] {
  const parsed = read(text, env);
  return parsed.kind === "ok" ? [] : parsed.issues.map(locatedText);
}

describe("a cluster file", () => {
  it("may be two lines with one host, which is then control plane and worker", () => {
    const { cluster } = valid("spec:\n  hosts: [root@10.0.0.5]\n");
    expect(cluster.hosts).toMatchObject([
      { name: "10.0.0.5", role: "control-plane+worker", ssh: { address: "10.0.0.5", user: "root" }, files: [] },
    ]);
    expect(cluster).toMatchObject({
      name: "kubernetes",
      settings: { network: { provider: "slipway", backend: "vxlan" } },
    });
  });

  it.each([
    ["host:2222", { address: "host", port: 2222 }],
    ["me@[fe80::1]:22", { address: "fe80::1", user: "me", port: 22 }],
    ["fe80::2", { address: "fe80::2" }],
  ])("reads the destination %s", (text, ssh) => {
    expect(valid(`spec: {hosts: ["${text}"]}`).cluster.hosts[0]?.ssh).toEqual(ssh);
  });

  it("makes the first host the control plane when no host has a role", () => {
    const roles = valid("spec: {hosts: [a, b, c]}").cluster.hosts.map(({ role }) => role);
    expect(roles).toEqual(["control-plane", "worker", "worker"]);
  });

  it("takes hosts in k0sctl's shape", () => {
    const { cluster } = valid(`
apiVersion: slipway.dev/v1
kind: Cluster
spec:
  hosts:
    - role: control-plane
      localhost: {enabled: true}
    - role: worker
      ssh: {address: 10.0.0.2, user: root, port: 22, keyPath: ~/.ssh/id, bastion: {address: 10.0.0.1, user: jump}}
      privateInterface: eth1
      environment: {HTTP_PROXY: "http://p"}
      taints: ["dedicated=db:NoSchedule", {key: a, effect: NoExecute}]
      hooks: {before: [date]}
`);
    expect(cluster.hosts[0]).toMatchObject({ name: "localhost", isControlPlane: true, isWorker: false });
    expect(cluster.hosts[1]).toMatchObject({
      ssh: { bastion: [{ address: "10.0.0.1", user: "jump" }] },
      taints: [
        { key: "dedicated", value: "db", effect: "NoSchedule" },
        { key: "a", effect: "NoExecute" },
      ],
      hooks: { before: ["date"], after: [] },
    });
  });

  it("keeps the kubeadm documents beside it for their own loader", () => {
    const { documents } = valid(
      "spec: {hosts: [a]}\n---\napiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nclusterName: x\n",
    );
    expect(documents).toEqual([
      {
        apiVersion: "kubeadm.k8s.io/v1beta4",
        group: "kubeadm.k8s.io",
        kind: "ClusterConfiguration",
        body: { clusterName: "x" },
      },
    ]);
  });
});

describe("what is wrong in a cluster file", () => {
  it("is told all at once, with line, column, path, what was found, what is allowed and the nearest key", () => {
    const text = `apiVersion: slipway.dev/v1
kind: Cluster
metadata: {name: Foo_}
spec:
  kubernetesVersion: 1.36
  hosts:
    - name: a
      rol: worker
      ssh: {address: x, port: 99999}
      taints: ["a=b:NoSchedul"]
`;
    expect(issues(text)).toEqual([
      'cluster.yaml:3:12: metadata.name: found "Foo_", allowed is a lower-case DNS name (letters, digits, - and .)',
      "cluster.yaml:5:3: spec.kubernetesVersion: found 1.36, allowed is a version such as v1.36.2",
      "cluster.yaml:8:7: spec.hosts[0].rol: unknown field; did you mean role?",
      "cluster.yaml:9:25: spec.hosts[0].ssh.port: found 99999, allowed is a whole number from 1 to 65535",
      'cluster.yaml:10:17: spec.hosts[0].taints[0].effect: found "NoSchedul", allowed is NoSchedule, PreferNoSchedule, NoExecute',
    ]);
  });

  it.each([
    ["a host without a way to it", "{name: a}", "spec.hosts[0]: a host is reached by ssh or is localhost"],
    [
      "two addresses for one thing",
      "{ssh: {address: a}, privateAddress: 10.0.0.1, privateInterface: eth0}",
      "not both",
    ],
    [
      "a file without content",
      "{ssh: {address: a}, files: [{dst: /x}]}",
      "spec.hosts[0].files[0]: give src or content",
    ],
    ["no control plane", "{ssh: {address: a}, role: worker}", "no host has the role control-plane"],
  ])("includes %s", (_, host, told) => {
    expect(issues(`spec: {hosts: [${host}]}`).join()).toContain(told);
  });

  it("includes names and addresses that two hosts share, unless they stand behind different bastions", () => {
    expect(issues("spec: {hosts: [{name: a, ssh: {address: x}}, {name: a, ssh: {address: x}}]}")).toEqual([
      "cluster.yaml:1:47: spec.hosts[1].name: a is spec.hosts[0] already",
      "cluster.yaml:1:62: spec.hosts[1].ssh.address: x is spec.hosts[0] already",
    ]);
    const behind = (bastion: string) => `{ssh: {address: x, bastion: {address: ${bastion}}}, name: ${bastion}}`;
    expect(issues(`spec: {hosts: [${behind("a")}, ${behind("b")}]}`)).toEqual([]);
  });

  it("includes a setting that the ClusterConfiguration beside it contradicts", () => {
    const text =
      "spec: {hosts: [a], kubernetesVersion: v1.36.2}\n---\napiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nkubernetesVersion: v1.35.0\n";
    expect(issues(text)).toEqual([
      "cluster.yaml:1:20: spec.kubernetesVersion: v1.36.2, but the ClusterConfiguration says v1.35.0: give it in one place",
    ]);
  });

  it("includes IPv6 pods where the embedded network should carry them", () => {
    const dual = "podSubnet: '10.244.0.0/16,fd00::/48'";
    expect(issues(`spec: {hosts: [a], network: {${dual}}}`)).toEqual([expect.stringContaining("does not carry yet")]);
    expect(issues(`spec: {hosts: [a], network: {provider: none, ${dual}}}`)).toEqual([]);
    const beside = `apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nnetworking: {${dual}}\n`;
    expect(issues(`spec: {hosts: [a]}\n---\n${beside}`)).toEqual([expect.stringContaining("does not carry yet")]);
  });

  it("includes several control planes without an address for all of them, wherever that may be given", () => {
    const hosts = "hosts: [{ssh: {address: a}, role: control-plane}, {ssh: {address: b}, role: control-plane}]";
    expect(issues(`spec: {${hosts}}`).join()).toContain("spec.controlPlaneEndpoint: several control planes need");
    expect(issues(`spec: {${hosts}, controlPlaneEndpoint: "api.test:6443"}`)).toEqual([]);
    const beside =
      "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\ncontrolPlaneEndpoint: api.test:6443\n";
    expect(issues(`spec: {${hosts}}\n---\n${beside}`)).toEqual([]);
  });

  it("includes text that is no YAML, a second Cluster, and a file without one", () => {
    expect(issues("spec:\n  hosts: [a\n")[0]).toMatch(/^cluster\.yaml:3:1: /);
    expect(issues("spec: {hosts: [a]}\n---\nkind: Cluster\nspec: {hosts: [b]}\n")[0]).toContain(
      "a second Cluster document",
    );
    expect(issues("apiVersion: v1\nkind: Pod\n")[0]).toContain("no document of kind Cluster");
  });
});

describe("a variable of the environment", () => {
  const host = (field: string) => `spec: {hosts: [{${field}}]}`;

  it("is replaced where the format says so, and a doubled dollar stands for itself", () => {
    const text = host(`ssh: {address: "\${NODE}", keyPath: "$\${NODE}"}`);
    expect(valid(text, { NODE: "10.0.0.9" }).cluster.hosts[0]?.ssh).toEqual({
      address: "10.0.0.9",
      keyPath: `\${NODE}`,
    });
  });

  it("is refused when the variable is not set, and left alone elsewhere", () => {
    expect(issues(host(`ssh: {address: "\${NODE}"}`)).join()).toContain("the environment variable NODE is not set");
    const labels = valid(host(`ssh: {address: a}, annotations: {note: "\${NODE}"}`), { NODE: "x" }).cluster.hosts[0]
      ?.annotations;
    expect(labels).toEqual({ note: `\${NODE}` });
  });
});

it("reads a file of 1,000 hosts in under a second", () => {
  const host = (index: number) => `    - name: h${index}
      role: ${index === 0 ? "control-plane" : "worker"}
      ssh: {address: 10.0.${index >> 8}.${index & 255}, user: root, keyPath: ~/.ssh/id, bastion: {address: b}}
      labels: {zone: a}
      taints: ["a=b:NoSchedule"]
`;
  const text = `spec:\n  hosts:\n${Array.from({ length: 1000 }, (_, index) => host(index)).join("")}`;
  const cpuMs = () => {
    const before = process.cpuUsage();
    expect(valid(text).cluster.hosts).toHaveLength(1000);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  };
  // time of the CPU, and the best of three: what else the machine does is not the reader's fault
  expect(Math.min(cpuMs(), cpuMs(), cpuMs())).toBeLessThan(1000);
});
