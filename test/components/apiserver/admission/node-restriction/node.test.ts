import { expect, test } from "vitest";
import type { Attributes } from "../../../../../src/components/apiserver/admission/chain.ts";
import { checkNode } from "../../../../../src/components/apiserver/admission/node-restriction/node.ts";
import { objectReference } from "../../../../../src/components/apiserver/admission/node-restriction/object-reference.ts";
import { builtInResources } from "../../../../../src/components/apiserver/resources/built-in.ts";
import type { KubeObject } from "../../../../../src/kube/object.ts";

const nodes = builtInResources.find(({ resource }) => resource === "nodes")!;
const node = (labels: Record<string, string>, taints: object[] = []): KubeObject => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: { name: "n1", labels },
  spec: { taints },
});
const update = (object: KubeObject, old: KubeObject | undefined, name = "n1"): Attributes => ({
  operation: old ? "UPDATE" : "CREATE",
  type: nodes,
  subresource: "",
  namespace: "",
  name,
  object,
  old,
  user: { name: "system:node:n1", groups: ["system:nodes"] },
  dryRun: false,
  warnings: [],
});

test.each([
  ["another node", update(node({}), undefined, "n2"), 'node "n1" is not allowed to modify node "n2"'],
  [
    "labels of Kubernetes' domains",
    update(node({ "node-role.kubernetes.io/control-plane": "" }), undefined),
    "is not allowed to set the following labels: node-role.kubernetes.io/control-plane",
  ],
  [
    "labels that isolate nodes",
    update(node({ "example.node-restriction.kubernetes.io/x": "y" }), node({})),
    "is not allowed to modify labels: example.node-restriction.kubernetes.io/x",
  ],
  ["its taints", update(node({}), node({}, [{ key: "a", effect: "NoSchedule" }])), "is not allowed to modify taints"],
])("a kubelet may not write %s", (_what, attributes, why) => {
  expect(() => checkNode("n1", attributes)).toThrow(why);
});

test("a kubelet writes its own labels and those of other domains", () => {
  checkNode("n1", update(node({ "kubernetes.io/hostname": "n1", "example.com/rack": "7" }), node({})));
});

test.each([
  [{ serviceAccountName: "x" }, "serviceaccounts"],
  [{ volumes: [{ name: "v", projected: { sources: [{ configMap: { name: "x" } }] } }] }, "configmaps"],
  [{ volumes: [{ name: "v", persistentVolumeClaim: { claimName: "x" } }] }, "persistentvolumeclaims"],
  [{ containers: [{ name: "c", envFrom: [{ secretRef: { name: "x" } }] }] }, "secrets"],
  [{ containers: [{ name: "c" }], volumes: [{ name: "v", hostPath: { path: "/etc" } }] }, undefined],
])("what a mirror pod refers to: %j", (spec, kind) => {
  expect(objectReference(spec)).toBe(kind);
});
