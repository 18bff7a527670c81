import { expect, test } from "vitest";
import { claimPlan, volumePhase } from "../../../../src/components/controller-manager/volumes/volume-binder-plan.ts";
import type { PersistentVolume, PersistentVolumeClaim, StorageClass } from "../../../../src/kube/kinds/volume-claim.ts";

const claim = (
  more: Partial<PersistentVolumeClaim> = {},
  annotations: Record<string, string> = {},
): PersistentVolumeClaim => ({
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  metadata: { name: "c", namespace: "x", uid: "u", annotations },
  spec: { accessModes: ["ReadWriteOnce"], storageClassName: "fast" },
  ...more,
});
const volume = (claimRef?: PersistentVolume["spec"]["claimRef"]): PersistentVolume => ({
  apiVersion: "v1",
  kind: "PersistentVolume",
  metadata: { name: "v" },
  spec: { accessModes: ["ReadWriteOnce"], storageClassName: "fast", ...(claimRef ? { claimRef } : {}) },
});
const storageClass = (more: Partial<StorageClass> = {}): StorageClass => ({
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: { name: "fast" },
  provisioner: "example.com/disk",
  ...more,
});
const byDefault = storageClass({
  metadata: { name: "usual", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
});
const waiting = storageClass({ volumeBindingMode: "WaitForFirstConsumer" });
const bound = { "pv.kubernetes.io/bind-completed": "yes" };

test.each<[string, PersistentVolumeClaim, PersistentVolume[], StorageClass | undefined, string]>([
  ["a free volume that suits", claim(), [volume()], undefined, "bind"],
  ["none and no class", claim(), [], undefined, "wait"],
  ["none, and a default class since", claim({ spec: {} }), [], byDefault, "classify"],
  ["none, and it wants no class", claim({ spec: { storageClassName: "" } }), [], byDefault, "wait"],
  ["none and a class", claim(), [], storageClass(), "provision"],
  ["a class that waits for a pod", claim(), [volume()], waiting, "wait"],
  [
    "a pod has come: provision there",
    claim({}, { "volume.kubernetes.io/selected-node": "n1" }),
    [],
    waiting,
    "provision",
  ],
  ["the scheduler reserved one", claim(), [volume({ namespace: "x", name: "c", uid: "u" })], waiting, "bind"],
  ["bound, and its volume is gone", claim({}, bound), [], undefined, "lost"],
  [
    "bound, and all is right",
    claim({ spec: { volumeName: "v" }, status: { phase: "Bound" } }, bound),
    [volume({ namespace: "x", name: "c", uid: "u" })],
    undefined,
    "done",
  ],
  ["a volume by name", claim({ spec: { volumeName: "v", storageClassName: "fast" } }), [volume()], undefined, "bind"],
])("%s", (_, ...[one, volumes, ofClass, expected]) => {
  expect(claimPlan(one, volumes, ofClass ? [ofClass] : []).kind).toBe(expected);
});

test.each<[string, PersistentVolume, PersistentVolumeClaim | undefined, string]>([
  ["no claim", volume(), undefined, "Available"],
  ["its claim lives", volume({ name: "c", namespace: "x", uid: "u" }), claim(), "Bound"],
  ["its claim is gone", volume({ name: "c", namespace: "x", uid: "u" }), undefined, "Released"],
  ["another claim has the name now", volume({ name: "c", namespace: "x", uid: "old" }), claim(), "Released"],
  ["reserved for a claim that is to come", volume({ name: "c", namespace: "x" }), undefined, "Available"],
])("%s", (_, ...[one, its, expected]) => {
  expect(volumePhase(one, its)).toBe(expected);
});
