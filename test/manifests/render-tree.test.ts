import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { renderTree, type TreeInput } from "../../src/manifests/render-tree.ts";
import { noParts } from "../../src/manifests/tree-parts.ts";
import { asExisting, initWith, sampleNow } from "../kubeadm-sample.ts";

const config = initWith();
const given: TreeInput = {
  config,
  host: { hostname: "ref1", usesSystemdResolved: false, caFolders: [], proxyEnv: [] },
  existing: new Map(),
  now: sampleNow,
  random: randomBytes,
};
const first = await renderTree(given);
const existing = asExisting(first.files);

describe("renderTree", () => {
  it("gives the whole tree that init writes", () => {
    expect(first.files.map(({ path }) => path).filter((path) => !path.includes("/pki/"))).toEqual([
      "/etc/kubernetes/admin.conf",
      "/etc/kubernetes/super-admin.conf",
      "/etc/kubernetes/kubelet.conf",
      "/etc/kubernetes/controller-manager.conf",
      "/etc/kubernetes/scheduler.conf",
      "/etc/kubernetes/manifests/etcd.yaml",
      "/etc/kubernetes/manifests/kube-apiserver.yaml",
      "/etc/kubernetes/manifests/kube-controller-manager.yaml",
      "/etc/kubernetes/manifests/kube-scheduler.yaml",
      "/var/lib/kubelet/kubeadm-flags.env",
      "/var/lib/kubelet/instance-config.yaml",
      "/var/lib/kubelet/config.yaml",
    ]);
  });

  it("keeps credentials and gives the same manifests again", async () => {
    const again = await renderTree({ ...given, existing });
    expect(again.files.map(({ path }) => path).filter((path) => /pki|\.conf$/.test(path))).toEqual([]);
    expect(again.kept).toHaveLength(16);
    for (const { path, content } of again.files) expect(content).toBe(existing.get(path));
  });

  it("renders one part alone, and sees that an authority is external", async () => {
    const keyless = new Map([...existing].filter(([path]) => path !== "/etc/kubernetes/pki/ca.key"));
    const { files } = await renderTree({
      ...given,
      existing: keyless,
      parts: { ...noParts, controlPlane: ["controller-manager"] },
    });
    expect(files).toHaveLength(1);
    expect(files[0]?.content).toContain("- --cluster-signing-key-file=\n");
  });

  it("signs kubeconfigs with the authority that stands there, and asks for it where there is none", async () => {
    const parts = { ...noParts, kubeconfigs: ["scheduler"] as const };
    const pki = new Map([...existing].filter(([path]) => path.includes("/pki/")));
    expect((await renderTree({ ...given, existing: pki, parts })).files).toHaveLength(1);
    await expect(renderTree({ ...given, parts })).rejects.toMatchObject({ details: { code: "CA_MISSING" } });
  });

  it("patches pods before they are written", async () => {
    const patch: TreeInput["patch"] = (component, pod) => ({
      ...pod,
      metadata: { ...pod.metadata, patched: component },
    });
    const { files } = await renderTree({ ...given, existing, patch: patch as NonNullable<TreeInput["patch"]> });
    expect(files.filter(({ content }) => content.includes("patched: "))).toHaveLength(4);
  });
});
