import { expect, test } from "vitest";
import { bindingsOn, volumeBinding } from "../../../../src/components/scheduler/plugins/volume-binding.ts";
import type { Volumes } from "../../../../src/components/scheduler/state/snapshot.ts";
import type { PersistentVolume, PersistentVolumeClaim, StorageClass } from "../../../../src/kube/kinds/volume-claim.ts";
import { clusterOf, infoOf, nodeOf } from "../cluster.ts";

const claim = (
  spec: PersistentVolumeClaim["spec"] = {},
  annotations: Record<string, string> = {},
): PersistentVolumeClaim => ({
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  metadata: { name: "c", namespace: "default", uid: "u", annotations },
  spec: { storageClassName: "local", accessModes: ["ReadWriteOnce"], ...spec },
});
const bound = claim({ volumeName: "v-n1" }, { "pv.kubernetes.io/bind-completed": "yes" });
const volumeOn = (node: string): PersistentVolume => ({
  apiVersion: "v1",
  kind: "PersistentVolume",
  metadata: { name: `v-${node}` },
  spec: {
    storageClassName: "local",
    accessModes: ["ReadWriteOnce"],
    capacity: { storage: "1Gi" },
    nodeAffinity: {
      required: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: "kubernetes.io/hostname", operator: "In", values: [node] }] }],
      },
    },
  },
});
const local = (more: Partial<StorageClass> = {}): StorageClass => ({
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: { name: "local" },
  provisioner: "kubernetes.io/no-provisioner",
  volumeBindingMode: "WaitForFirstConsumer",
  ...more,
});
const world = (
  claims: PersistentVolumeClaim[],
  volumes: PersistentVolume[],
  ofClass: StorageClass | undefined = local(),
): Volumes => ({
  claim: (key) => claims.find(({ metadata }) => `${metadata.namespace}/${metadata.name}` === key),
  volume: (name) => volumes.find(({ metadata }) => metadata.name === name),
  availableVolumes: () => volumes,
  storageClass: () => ofClass,
});
const nodes = [nodeOf("n1", { labels: { zone: "a" } }), nodeOf("n2", { labels: { zone: "b" } })];

function outcome(volumes: Volumes): string | string[] {
  const state = clusterOf(nodes, {}, volumes);
  const plan = volumeBinding.filter?.(
    infoOf("p", { spec: { volumes: [{ name: "d", persistentVolumeClaim: { claimName: "c" } }] } }),
    state,
  );
  if (plan?.kind === "rejects") return plan.reason;
  return state.nodes.filter((node) => plan?.kind !== "checks" || !plan.check(node)).map(({ name }) => name);
}

test.each<[string, Volumes, string | string[]]>([
  ["a claim that is not there", world([], []), 'persistentvolumeclaim "c" not found'],
  ["a bound volume: only nodes that reach it", world([bound], [volumeOn("n1")]), ["n1"]],
  ["a bound volume that is gone", world([bound], []), []],
  [
    "a claim that should have been bound",
    world([claim()], [], local({ volumeBindingMode: "Immediate" })),
    "pod has unbound immediate PersistentVolumeClaims",
  ],
  ["a claim that waits: nodes with a free volume", world([claim()], [volumeOn("n2")]), ["n2"]],
  [
    "a claim that can be provisioned: any node",
    world([claim()], [], local({ provisioner: "example.com/disk" })),
    ["n1", "n2"],
  ],
  [
    "within the class's topology",
    world(
      [claim()],
      [],
      local({
        provisioner: "example.com/disk",
        allowedTopologies: [{ matchLabelExpressions: [{ key: "zone", values: ["b"] }] }],
      }),
    ),
    ["n2"],
  ],
])("%s", (_, volumes, expected) => {
  expect(outcome(volumes)).toEqual(expected);
});

test("two claims don't take one volume", () => {
  const second = { ...claim(), metadata: { ...claim().metadata, name: "d" } };
  const volumes = world([claim(), second], [volumeOn("n1")]);
  expect(bindingsOn(nodes[0]!, [claim(), second], volumes)).toBeUndefined();
  expect(bindingsOn(nodes[0]!, [claim()], volumes)?.[0]?.volume).toMatchObject({ metadata: { name: "v-n1" } });
});
