import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseYamlDocuments } from "../../../src/base/yaml.ts";
import { controlPlaneInput } from "../../../src/config/kubeadm/values/control-plane-node.ts";
import type { KubeObject } from "../../../src/kube/object.ts";
import { corednsObjects } from "../../../src/manifests/addons/coredns.ts";
import { kubeProxyObjects } from "../../../src/manifests/addons/kube-proxy.ts";
import { bootstrapRbac, clusterInfoRbac } from "../../../src/manifests/cluster/bootstrap-rbac.ts";
import { clusterAdminsBinding } from "../../../src/manifests/cluster/cluster-admins.ts";
import { controlPlaneNodePatch } from "../../../src/manifests/cluster/mark-control-plane.ts";
import {
  generatedMark,
  kubeadmConfigObjects,
  kubeletConfigObjects,
} from "../../../src/manifests/cluster/upload-config.ts";
import {
  uploadedCertsRbac,
  uploadedCertsSecret,
  uploadedCertsTtlToken,
} from "../../../src/manifests/cluster/uploaded-certs.ts";
import { initWith, sampleInit, sampleNow } from "../../kubeadm-sample.ts";

const config = sampleInit();
const input = controlPlaneInput(config);
const ours: readonly KubeObject[] = [
  clusterAdminsBinding(),
  ...kubeadmConfigObjects(config.cluster),
  ...kubeletConfigObjects(config.kubelet, config.supplied.kubelet),
  ...bootstrapRbac(),
  ...clusterInfoRbac(),
  ...kubeProxyObjects({ ...input, kubeProxy: config.kubeProxy, isSupplied: config.supplied.kubeProxy, proxyEnv: [] }),
  ...corednsObjects(config.cluster),
];
const idOf = ({ kind, metadata }: KubeObject) => `${kind} ${metadata.namespace ?? "-"}/${metadata.name}`;

/** What a cluster held after kubeadm v1.36.2, the server's own fields taken away. */
const fixture = readFileSync(join(import.meta.dirname, "../fixtures/cluster-objects.yaml"), "utf8");
const theirs = new Map((parseYamlDocuments(fixture) as KubeObject[]).map((object) => [idOf(object), object]));

describe("objects in the cluster", () => {
  it("are exactly those that kubeadm makes", () => {
    expect(ours.map(idOf).sort()).toEqual([...theirs.keys()].sort());
  });

  it.each(ours.map((object) => [idOf(object), object] as const))("%s says what kubeadm's says", (id, object) => {
    expect(theirs.get(id)).toMatchObject(object);
  });

  it("mark component configurations that nobody supplied, with a hash of their text", () => {
    const { kubelet, kubeProxy } = initWith();
    const [kubeletConfig] = kubeletConfigObjects(kubelet, false);
    expect(kubeletConfig?.metadata.annotations?.["kubeadm.kubernetes.io/component-config.hash"]).toMatch(
      /^sha256:[0-9a-f]{64}$/,
    );
    const proxy = kubeProxyObjects({ ...input, kubeProxy, isSupplied: false, proxyEnv: [] }).find(
      ({ kind }) => kind === "ConfigMap",
    );
    expect(proxy?.metadata.annotations).toEqual(generatedMark(proxy?.data as Record<string, string>));
    // values in the order of their keys: the annotation doesn't depend on how the object was put together
    expect(generatedMark({ a: "1", b: "2" })).toEqual(generatedMark({ b: "2", a: "1" }));
  });

  it("send kube-proxy to the shared endpoint where there is one, with the host's proxy variables", () => {
    const shared = controlPlaneInput(initWith({ controlPlaneEndpoint: "lb.example.org:443" }));
    const proxyEnv = [{ name: "NO_PROXY", value: "10.0.0.0/8", valueFrom: undefined }];
    const objects = kubeProxyObjects({ ...shared, kubeProxy: config.kubeProxy, isSupplied: true, proxyEnv });
    expect(JSON.stringify(objects)).toContain("server: https://lb.example.org:443");
    expect(JSON.stringify(objects)).toContain('{"name":"NO_PROXY","value":"10.0.0.0/8"}');
  });

  it("give cluster DNS its domain, address and image", () => {
    const { cluster } = initWith({
      networking: { dnsDomain: "k8s.example", serviceSubnet: "fd02::/112" },
      dns: { imageTag: "v1.13.0" },
    });
    const text = JSON.stringify(corednsObjects(cluster, 3));
    expect(text).toContain("kubernetes k8s.example in-addr.arpa ip6.arpa");
    expect(text).toContain('"clusterIP":"fd02::a"');
    expect(text).toContain("slipway.local/coredns:v1.13.0");
    expect(text).toContain('"replicas":3');
  });
});

describe("marking a control plane", () => {
  const taint = { key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule", value: "", timeAdded: undefined };

  it("adds labels and taints beside those that the node has", () => {
    const node = { spec: { taints: [{ key: "gpu", value: "yes", effect: "NoSchedule" }] } };
    expect(controlPlaneNodePatch(node, [taint])).toEqual({
      metadata: {
        labels: {
          "node-role.kubernetes.io/control-plane": "",
          "node.kubernetes.io/exclude-from-external-load-balancers": "",
        },
      },
      spec: {
        taints: [
          { key: "gpu", value: "yes", effect: "NoSchedule" },
          { effect: "NoSchedule", key: "node-role.kubernetes.io/control-plane" },
        ],
      },
    });
  });

  it("leaves the taints alone where they stand already", () => {
    expect(controlPlaneNodePatch({ spec: { taints: [taint] } }, [taint])).not.toHaveProperty("spec");
    expect(controlPlaneNodePatch({}, [])).not.toHaveProperty("spec");
  });
});

describe("uploaded certificates", () => {
  it("belong to a token that can do nothing and lives for two hours", () => {
    const owner = uploadedCertsTtlToken("abcdef.0123456789abcdef", sampleNow);
    const data = owner.data as Record<string, string>;
    expect(Object.keys(data).filter((key) => /usage|groups/.test(key))).toEqual([]);
    expect(Buffer.from(data.expiration ?? "", "base64").toString()).toBe("2026-11-21T08:22:07Z");
    const secret = uploadedCertsSecret(
      { "ca.crt": randomBytes(4).toString("base64") },
      { ...owner, metadata: { ...owner.metadata, uid: "u1" } },
    );
    expect(secret.metadata).toEqual({
      name: "kubeadm-certs",
      namespace: "kube-system",
      ownerReferences: [
        {
          apiVersion: "v1",
          kind: "Secret",
          name: "bootstrap-token-abcdef",
          uid: "u1",
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    });
    expect(uploadedCertsRbac().map(idOf)).toEqual([
      "Role kube-system/kubeadm:kubeadm-certs",
      "RoleBinding kube-system/kubeadm:kubeadm-certs",
    ]);
  });
});
