import { describe, expect, it } from "vitest";
import { WrittenPods } from "../../../src/phases/cluster/written-pods.ts";
import type { Difference } from "../../../src/phases/engine/resource.ts";

const written = (path: string, ...differences: readonly Difference[]) => ({ id: `file:${path}`, differences });
const manifest = (name: string) => `/etc/kubernetes/manifests/${name}.yaml`;

describe("written static pods", () => {
  it("are those whose manifest is new or has another content, by host, and told once", () => {
    const pods = new WrittenPods();
    pods.note("cp1", [
      written(manifest("etcd"), { kind: "missing" }),
      written("/etc/kubernetes/admin.conf", { kind: "missing" }),
    ]);
    pods.note("cp1", [written(manifest("kube-scheduler"), { kind: "text", field: "content", diff: "-a\n+b\n" })]);
    pods.note("cp2", []);
    expect(pods.take("cp1")).toEqual(["etcd", "kube-scheduler"]);
    expect(pods.take("cp1")).toEqual([]);
    expect(pods.take("cp2")).toEqual([]);
  });

  it("are not those whose mode alone was put right: the kubelet lets such a pod run", () => {
    const pods = new WrittenPods();
    pods.note("cp1", [written(manifest("etcd"), { kind: "field", field: "mode", from: "0644", to: "0600" })]);
    expect(pods.take("cp1")).toEqual([]);
  });
});
