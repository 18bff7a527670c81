import { describe, expect, it } from "vitest";
import { corednsObjects } from "../../../src/manifests/addons/coredns.ts";
import { applyPatches, readPatches } from "../../../src/manifests/patches/apply-patches.ts";
import { patchFile } from "../../../src/manifests/patches/patch-file.ts";
import { patchedCoredns, patchedKubelet, patchPods } from "../../../src/manifests/patches/patched.ts";
import { initWith } from "../../kubeadm-sample.ts";

const pod = {
  metadata: { name: "kube-apiserver", labels: { tier: "control-plane" } },
  spec: {
    containers: [
      {
        name: "kube-apiserver",
        command: ["kube-apiserver", "--v=1"],
        env: [{ name: "A", value: "1" }],
        resources: { requests: { cpu: "250m" } },
        volumeMounts: [{ name: "certs", mountPath: "/pki", readOnly: true }],
      },
    ],
    hostNetwork: true,
  },
};
type Pod = typeof pod;

const patched = (files: Record<string, string>) => {
  const { patches } = readPatches(new Map(Object.entries(files)));
  return applyPatches("kube-apiserver", pod, patches) as Pod & { spec: { containers: [Pod["spec"]["containers"][0]] } };
};

describe("patches", () => {
  it("are strategic unless named otherwise: lists with keys merge, others are replaced", () => {
    const { spec, metadata } = patched({
      "kube-apiserver.yaml": `
metadata: { annotations: { a: b } }
spec:
  containers:
  - name: kube-apiserver
    command: [kube-apiserver, --v=2]
    env: [{ name: B, value: "2" }]
    resources: { requests: { cpu: 500m, memory: 1Gi } }
    volumeMounts: [{ name: logs, mountPath: /logs }]
`,
    });
    const [container] = spec.containers;
    expect(metadata).toMatchObject({ name: "kube-apiserver", annotations: { a: "b" } });
    expect(container.command).toEqual(["kube-apiserver", "--v=2"]);
    expect(container.env).toEqual([
      { name: "A", value: "1" },
      { name: "B", value: "2" },
    ]);
    expect(container.resources).toEqual({ requests: { cpu: "500m", memory: "1Gi" } });
    expect(container.volumeMounts.map(({ mountPath }) => mountPath)).toEqual(["/pki", "/logs"]);
  });

  it("may be JSON merge patches, JSON patches, JSON files, and several in one file", () => {
    const { spec, metadata } = patched({
      "kube-apiserver0+merge.yaml": "spec: { hostNetwork: null, dnsPolicy: Default }\n",
      "kube-apiserver1+json.json": '[{ "op": "add", "path": "/spec/containers/0/command/-", "value": "--v=9" }]',
      "kube-apiserver2.yaml": "metadata: { labels: { one: x } }\n---\nmetadata: { labels: { two: z } }\n",
    });
    expect(spec).toMatchObject({ dnsPolicy: "Default" });
    expect(spec).not.toHaveProperty("hostNetwork");
    expect(spec.containers[0].command.at(-1)).toBe("--v=9");
    expect(metadata.labels).toEqual({ tier: "control-plane", one: "x", two: "z" });
  });

  it("apply in the order of their names, to their own target alone", () => {
    const { metadata } = patched({
      "b/kube-apiserver2.yaml": "metadata: { name: second }\n",
      "a/kube-apiserver1.yaml": "metadata: { name: first }\n",
      "etcd.yaml": "metadata: { name: etcd }\n",
    });
    expect(metadata.name).toBe("second");
  });

  it("change nothing of what they were given", () => {
    const before = JSON.stringify(pod);
    patched({
      "kube-apiserver+json.json": '[{ "op": "remove", "path": "/spec/hostNetwork" }]',
      "kube-apiserver1.yaml": "spec: { x: 1 }\n",
    });
    expect(JSON.stringify(pod)).toBe(before);
  });

  it("name the files that are no patches, and refuse an unknown type", () => {
    const { patches, ignored } = readPatches(
      new Map([
        ["README.md", "text"],
        ["kube-apiserver.toml", "a=1"],
        ["kube-apiservers.old.yaml", "a: 1"],
        ["empty/etcd.yaml", " \n"],
        ["kubeletconfiguration.yaml", "maxPods: 50\n"],
      ]),
    );
    expect(patches.map(({ target }) => target)).toEqual(["kubeletconfiguration"]);
    expect(ignored).toEqual(["README.md", "empty/etcd.yaml", "kube-apiserver.toml", "kube-apiservers.old.yaml"]);
    expect(() => patchFile("etcd+odd.yaml", "a: 1")).toThrow('the patch etcd+odd.yaml has the type "odd"');
  });

  it("that don't fit are refused with the file's name", () => {
    expect(() => patched({ "kube-apiserver+json.json": '[{ "op": "remove", "path": "/nope/nope" }]' })).toThrow(
      /kube-apiserver\+json\.json cannot be applied to kube-apiserver/,
    );
    expect(() => patched({ "kube-apiserver.yaml": "spec: { containers: [{ image: x }] }\n" })).toThrow(
      "merge key: name",
    );
    expect(() => patched({ "kube-apiserver.yaml": "a: [" })).toThrow("cannot be applied");
  });

  it("replace the lists of a KubeletConfiguration", () => {
    const { patches } = readPatches(new Map([["kubeletconfiguration.yaml", "clusterDNS: [10.0.0.1]\n"]]));
    expect(applyPatches("kubeletconfiguration", { clusterDNS: ["10.96.0.10"], maxPods: 110 }, patches)).toEqual({
      clusterDNS: ["10.0.0.1"],
      maxPods: 110,
    });
  });
});

describe("what patches reach", () => {
  const { patches } = readPatches(
    new Map([
      ["corednsdeployment.yaml", "spec: { replicas: 3 }\n"],
      ["kubeletconfiguration.yaml", "maxPods: 50\nfailSwapOn: false\n"],
      ["kube-scheduler+json.json", '[{ "op": "replace", "path": "/kind", "value": "Patched" }]'],
    ]),
  );

  it("a static pod of their name, and no other", () => {
    const given = { apiVersion: "v1", kind: "Pod", metadata: {}, spec: {}, status: {} } as const;
    expect(patchPods(patches)("kube-scheduler", given).kind).toBe("Patched");
    expect(patchPods(patches)("kube-apiserver", given)).toEqual(given);
    expect(patchPods(patches)("something-else", given)).toBe(given);
  });

  it("a kubelet's configuration, whose other fields stay", () => {
    const { kubelet } = initWith();
    expect(patchedKubelet(kubelet, patches)).toEqual({ ...kubelet, maxPods: 50, failSwapOn: false });
    expect(patchedKubelet(kubelet, [])).toBe(kubelet);
  });

  it("the Deployment of cluster DNS", () => {
    const objects = patchedCoredns(corednsObjects(initWith().cluster), patches);
    expect(objects.find(({ kind }) => kind === "Deployment")?.spec).toMatchObject({ replicas: 3, selector: {} });
    expect(objects).toHaveLength(6);
  });
});
