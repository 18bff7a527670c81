import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { issueText } from "../../../../src/config/issue.ts";
import { printKind } from "../../../../src/config/kubeadm/kinds.ts";
import { initOf, loadInit } from "../../../../src/config/kubeadm/load/load-init.ts";
import { documentsWith, initWith, sampleHost } from "../../../kubeadm-sample.ts";

const file = (fields: string, kind = "ClusterConfiguration") =>
  `apiVersion: kubeadm.k8s.io/v1beta4\nkind: ${kind}\n${fields}`;

const problemsOf = (text: string, strict = false) => {
  const parsed = loadInit(text, sampleHost, { strict });
  return parsed.kind === "invalid" ? parsed.issues.map(issueText) : [];
};

const warningsOf = (text: string) => {
  const parsed = loadInit(text, sampleHost);
  return parsed.kind === "ok" ? parsed.warnings.map(issueText) : ["invalid"];
};

describe("loadInit", () => {
  it("fills in every default from a file that says next to nothing", () => {
    const { init, cluster, kubelet, kubeProxy, supplied } = initWith();
    expect(init.nodeRegistration).toMatchObject({
      name: "ref1",
      criSocket: "unix:///var/run/containerd/containerd.sock",
      imagePullPolicy: "IfNotPresent",
      imagePullSerial: true,
      taints: [{ key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" }],
    });
    expect(init.localAPIEndpoint).toEqual({ advertiseAddress: "10.89.0.21", bindPort: 6443 });
    expect(init.bootstrapTokens).toEqual([
      {
        token: "abcdef.0123456789abcdef",
        description: "",
        ttl: "24h0m0s",
        expires: undefined,
        usages: ["signing", "authentication"],
        groups: ["system:bootstrappers:kubeadm:default-node-token"],
      },
    ]);
    expect(init.timeouts.controlPlaneComponentHealthCheck).toBe("4m0s");
    expect(cluster).toMatchObject({
      kubernetesVersion: "v1.36.2",
      clusterName: "kubernetes",
      certificatesDir: "/etc/kubernetes/pki",
      imageRepository: "slipway.local",
      networking: { serviceSubnet: "10.96.0.0/12", podSubnet: "", dnsDomain: "cluster.local" },
      etcd: { local: { dataDir: "/var/lib/etcd" } },
      certificateValidityPeriod: "8760h0m0s",
    });
    expect(kubelet).toMatchObject({ clusterDNS: ["10.96.0.10"], cgroupDriver: "systemd", rotateCertificates: true });
    expect(kubeProxy.bindAddress).toBe("0.0.0.0");
    expect(supplied).toEqual({ kubelet: false, kubeProxy: false });
  });

  it("takes an empty list of taints for none, and null for the default", () => {
    expect(initWith({}, { nodeRegistration: { taints: [] } }).init.nodeRegistration.taints).toEqual([]);
    expect(initWith({}, { nodeRegistration: { taints: null } }).init.nodeRegistration.taints).toHaveLength(1);
  });

  it("completes a control-plane endpoint with the bind port, and lower-cases SANs", () => {
    const endpoint = initWith({ controlPlaneEndpoint: "api.example.org" }, { localAPIEndpoint: { bindPort: 7443 } });
    expect(endpoint.cluster.controlPlaneEndpoint).toBe("api.example.org:7443");
    expect(initWith({ controlPlaneEndpoint: "fd00::1" }).cluster.controlPlaneEndpoint).toBe("[fd00::1]:6443");
    expect(initWith({ controlPlaneEndpoint: "10.0.0.9:443" }).cluster.controlPlaneEndpoint).toBe("10.0.0.9:443");
    expect(initWith({ apiServer: { certSANs: ["API.Example.ORG"] } }).cluster.apiServer.certSANs).toEqual([
      "api.example.org",
    ]);
  });

  it("takes labels for the embedded version, and adds the v to a bare one", () => {
    expect(initWith({ kubernetesVersion: "stable-1.36" }).cluster.kubernetesVersion).toBe("v1.36.2");
    expect(initWith({ kubernetesVersion: "1.35.4" }).cluster.kubernetesVersion).toBe("v1.35.4");
  });

  it("reads YAML 1.1 booleans as kubeadm does", () => {
    const parsed = loadInit(file("proxy:\n  disabled: on\n"), sampleHost);
    expect(parsed.kind === "ok" && parsed.value.cluster.proxy.disabled).toBe(true);
  });

  it("warns of unknown fields with the one that was meant, and refuses them in strict reading", () => {
    const text = file("clustername: x\nnetworking:\n  podsubnet: 10.244.0.0/16\n");
    expect(warningsOf(text)).toEqual([
      "clustername: unknown field; did you mean clusterName",
      "networking.podsubnet: unknown field; did you mean podSubnet",
    ]);
    expect(problemsOf(text, true)).toHaveLength(2);
  });

  it("tells all problems of a file at once, each with its path", () => {
    const text = file(
      [
        "networking:",
        "  podSubnet: 10.96.0.0/16",
        "  dnsDomain: Cluster_Local",
        "apiServer:",
        "  certSANs: [ok.example.org, '*.example.org', 10.0.0.1, 'not a name']",
        "  extraArgs: [{ value: x }]",
        "certificatesDir: pki",
        "imageRepository: 'Not/Valid Repo'",
        "kubernetesVersion: v1.20.0",
        "featureGates: { Nonsense: true }",
      ].join("\n"),
    );
    expect(problemsOf(text).map((problem) => problem.split(":")[0])).toEqual([
      "networking.dnsDomain",
      "networking.podSubnet",
      "apiServer.certSANs[3]",
      "apiServer.extraArgs[0]",
      "certificatesDir",
      "featureGates",
      "imageRepository",
      "kubernetesVersion",
    ]);
  });

  it.each([
    ["a wrong type", "networking: { podSubnet: 5 }", "networking.podSubnet: 5 is not a string"],
    ["a list for a mapping", "dns: []", "dns: [] is not a mapping"],
    [
      "a duration without a unit",
      "certificateValidityPeriod: '30'",
      'certificateValidityPeriod: "30" is not a duration',
    ],
    ["an unknown algorithm", "encryptionAlgorithm: RSA-1024", 'encryptionAlgorithm: "RSA-1024" is none of'],
    [
      "both kinds of etcd",
      "etcd: { local: {}, external: { endpoints: ['https://e:2379'] } }",
      "etcd: local and external are mutually exclusive",
    ],
    [
      "plain http with certificates",
      "etcd: { external: { endpoints: ['http://e:2379'], caFile: /ca.crt } }",
      "the URL must be using the HTTPS scheme",
    ],
    [
      "half a client pair",
      "etcd: { external: { endpoints: ['https://e:2379'], caFile: /ca.crt, certFile: /c.crt } }",
      "either both or none",
    ],
    ["a bad endpoint", "controlPlaneEndpoint: 'api.example.org:70000'", "endpoint is not valid"],
    ["rootless pods", "featureGates: { RootlessControlPlane: true }", "RootlessControlPlane is not supported"],
  ])("refuses %s", (_, fields, problem) => {
    expect(problemsOf(file(fields)).join("\n")).toContain(problem);
  });

  it.each([
    ["three networks", "10.244.0.0/16,fd00::/48,10.245.0.0/16", "expected one"],
    ["two of one family", "10.244.0.0/16,10.245.0.0/16", "expected one"],
    ["no network", "10.244.0.0", "couldn't parse subnet"],
    ["one smaller than a node's", "10.244.0.0/25", "smaller than the network of one node"],
    ["one with too many nodes", "10.0.0.0/7,fd00::/40", "difference is greater than 16"],
    ["one of four addresses", "10.244.0.0/30", "too small"],
  ])("refuses a pod subnet of %s", (_, podSubnet, problem) => {
    const parsed = initOf(documentsWith({ networking: { podSubnet } }), sampleHost);
    expect(parsed.kind === "invalid" && parsed.issues.map(issueText).join("\n")).toContain(problem);
  });

  it("takes dual-stack networks, IPv6 alone, and node masks from the controller-manager's arguments", () => {
    const dual = initWith({
      networking: { podSubnet: "10.244.0.0/16,fd01::/48", serviceSubnet: "10.96.0.0/16,fd02::/112" },
    });
    expect(dual.kubelet.clusterDNS).toEqual(["10.96.0.10"]);
    const six = { networking: { podSubnet: "fd01::/48", serviceSubnet: "fd02::/112" } };
    const only6 = initWith(six, { localAPIEndpoint: { advertiseAddress: "fd00::21" } });
    expect(only6.kubelet.clusterDNS).toEqual(["fd02::a"]);
    expect(only6.kubeProxy.bindAddress).toBe("::");
    const extraArgs = [{ name: "node-cidr-mask-size-ipv4", value: "28" }];
    expect(
      initWith({ networking: { podSubnet: "10.244.0.0/26" }, controllerManager: { extraArgs } }).cluster,
    ).toBeDefined();
  });

  it("refuses addresses that no other host could reach", () => {
    for (const advertiseAddress of ["0.0.0.0", "::", "224.0.0.1", "169.254.1.1", "fe80::1", "x"]) {
      const parsed = initOf(documentsWith({}, { localAPIEndpoint: { advertiseAddress } }), sampleHost);
      expect(parsed.kind, advertiseAddress).toBe("invalid");
    }
  });

  it("never repeats a token or a certificate key in a message", () => {
    const problems = problemsOf(
      file("certificateKey: deadbeef\nbootstrapTokens: [{ token: abcdef.short }]", "InitConfiguration"),
    );
    expect(problems).toHaveLength(2);
    expect(problems.join()).not.toMatch(/deadbeef|abcdef\.short/);
  });

  it("refuses ttl beside expires only where both are written, and usages and groups that don't fit", () => {
    const token = (fields: object) => initOf(documentsWith({}, { bootstrapTokens: [fields] }), sampleHost);
    expect(token({ expires: "2030-01-01T00:00:00Z" }).kind).toBe("ok");
    expect(token({ expires: "2030-01-01T00:00:00Z", ttl: "1h" }).kind).toBe("invalid");
    expect(token({ usages: ["signing"], groups: ["system:bootstrappers:x"] }).kind).toBe("invalid");
    expect(token({ groups: ["admins"] }).kind).toBe("invalid");
    expect(token({ usages: ["everything"] }).kind).toBe("invalid");
  });

  it("tells files that are not for it what they are", () => {
    expect(problemsOf("just: text")).toEqual(["document 1 has no apiVersion and kind"]);
    expect(problemsOf("a: [")[0]).toMatch(/unexpected end|flow/i);
    expect(problemsOf(`${file("")}---\n${file("")}`)).toEqual([
      "kubeadm.k8s.io/v1beta4 ClusterConfiguration appears more than once",
    ]);
    expect(problemsOf("apiVersion: kubeadm.k8s.io/v1beta2\nkind: ClusterConfiguration\n")[0]).toContain(
      "v1beta2 is not supported",
    );
    expect(problemsOf(file("", "JoinConfiguration"))[0]).toContain("neither an InitConfiguration nor");
    expect(
      problemsOf(`${file("")}---\napiVersion: kubelet.config.k8s.io/v1\nkind: KubeletConfiguration\n`)[0],
    ).toContain("kubelet.config.k8s.io/v1 is not supported");
  });

  it("warns of long validity and of documents that it has no use for", () => {
    expect(warningsOf(file("certificateValidityPeriod: 20000h"))).toEqual([
      "certificateValidityPeriod: is more than the recommended year",
    ]);
    expect(warningsOf(`${file("")}---\napiVersion: v1\nkind: Namespace\n`)).toEqual([
      "Namespace: v1 Namespace is not used by this command",
    ]);
  });

  it("reads what it prints, and prints the same again, whatever the fields", () => {
    const label = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
    const args = fc.array(fc.record({ name: label, value: fc.string() }), { maxLength: 3 });
    const cluster = fc.record({
      clusterName: label,
      certificatesDir: label.map((name) => `/etc/${name}`),
      encryptionAlgorithm: fc.constantFrom("RSA-2048", "RSA-4096", "ECDSA-P256", "ECDSA-P384"),
      kubernetesVersion: fc.constantFrom("v1.34.0", "1.35.2", "v1.36.2"),
      networking: fc.record({ dnsDomain: label, podSubnet: fc.constantFrom("", "10.244.0.0/16") }),
      apiServer: fc.record({
        certSANs: fc.array(fc.constantFrom("a.example", "*.b", "1.2.3.4", "::1")),
        extraArgs: args,
      }),
      scheduler: fc.record({ extraArgs: args }),
      proxy: fc.record({ disabled: fc.boolean() }),
      certificateValidityPeriod: fc.integer({ min: 1, max: 8760 }).map((hours) => `${hours}h`),
    });
    fc.assert(
      fc.property(cluster, (fields) => {
        const first = initWith(fields);
        const text = `${printKind("InitConfiguration", first.init)}---\n${printKind("ClusterConfiguration", first.cluster)}`;
        const second = loadInit(text, sampleHost, { strict: true });
        expect(second).toEqual({ kind: "ok", value: first, warnings: [] });
      }),
      { numRuns: 60 },
    );
  });
});
