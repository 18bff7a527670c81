import { describe, expect, it } from "vitest";
import { controlPlaneTaint } from "../../../src/config/kubeadm/constants.ts";
import { mergePatch } from "../../../src/kube/patch/merge-patch.ts";
import { marksAnnotation, type NodeMarks, nodeMarksPatch } from "../../../src/manifests/cluster/node-marks.ts";
import { holds } from "../../../src/phases/cluster/holds.ts";

type Node = Parameters<typeof nodeMarksPatch>[0];

const bare: Node = {
  metadata: { labels: { "kubernetes.io/os": "linux", users: "own" }, annotations: { users: "own" } },
  spec: { taints: [{ key: "node.kubernetes.io/unreachable", effect: "NoExecute" }] },
};
const taint = (key: string, value = "") => ({ key, value, effect: "NoSchedule", timeAdded: undefined });
const marks = (given: Partial<NodeMarks> = {}): NodeMarks => ({
  ...{ labels: {}, annotations: {}, taints: [], isControlPlane: false },
  ...given,
});
/** The Node after runs with these files, one after the other. */
const nodeAfter = (...files: readonly NodeMarks[]): Node =>
  files.reduce((node, file) => mergePatch(node, nodeMarksPatch(node, file)) as Node, bare);

describe("the marks that a cluster file gives a Node", () => {
  const first = marks({ labels: { zone: "a", tier: "db" }, annotations: { owner: "ops" }, taints: [taint("db", "x")] });

  it("stand beside those of others", () => {
    const node = nodeAfter(first);
    expect(node.metadata.labels).toEqual({ ...bare.metadata.labels, zone: "a", tier: "db" });
    expect(node.metadata.annotations).toMatchObject({ users: "own", owner: "ops" });
    expect(node.spec?.taints).toEqual([...(bare.spec?.taints ?? []), { key: "db", value: "x", effect: "NoSchedule" }]);
  });

  it("go when the file names them no more, and only they", () => {
    const node = nodeAfter(first, marks({ labels: { tier: "db" } }));
    expect(node.metadata.labels).toEqual({ ...bare.metadata.labels, tier: "db" });
    expect(node.spec).toEqual(bare.spec);
    expect(node.metadata.annotations).toEqual({ users: "own", [marksAnnotation]: '{"labels":["tier"]}' });
    expect(nodeAfter(first, marks())).toEqual(bare);
  });

  it("are not touched where they stand, nor is a Node without any", () => {
    expect(holds(nodeAfter(first), nodeMarksPatch(nodeAfter(first), first))).toBe(true);
    expect(holds(bare, nodeMarksPatch(bare, marks()))).toBe(true);
  });

  it.each(["not ours", "null", '{"labels":1,"taints":{}}'])("count as none where the note of them is %j", (note) => {
    const node = { ...bare, metadata: { ...bare.metadata, annotations: { [marksAnnotation]: note } } };
    expect(mergePatch(node, nodeMarksPatch(node, marks()))).toEqual({
      ...bare,
      metadata: { labels: bare.metadata.labels, annotations: {} },
    });
  });

  it("take kubeadm's taint off a control plane that is to take pods, and leave setting taints to its own phase", () => {
    const controlPlane = { ...bare, spec: { taints: [controlPlaneTaint] } };
    expect(nodeMarksPatch(controlPlane, marks({ isControlPlane: true }))).toMatchObject({ spec: { taints: [] } });
    const wished = marks({ isControlPlane: true, taints: [taint(controlPlaneTaint.key), taint("infra")] });
    expect(nodeMarksPatch(controlPlane, wished)).toEqual({
      metadata: {
        labels: {},
        annotations: { [marksAnnotation]: '{"taints":[{"key":"infra","effect":"NoSchedule"}]}' },
      },
    });
  });
});
