import { expect, test } from "vitest";
import type { PersistentVolume, PersistentVolumeClaim } from "../../../src/kube/kinds/volume-claim.ts";
import { canBind, smallestFit } from "../../../src/kube/volumes/match-volume.ts";

const claim: PersistentVolumeClaim = {
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  metadata: { name: "c", namespace: "x", uid: "u" },
  spec: { accessModes: ["ReadWriteOnce"], storageClassName: "fast", resources: { requests: { storage: "1Gi" } } },
};
const volume = (spec: Partial<PersistentVolume["spec"]> = {}, name = "v"): PersistentVolume => ({
  apiVersion: "v1",
  kind: "PersistentVolume",
  metadata: { name, labels: { disk: "ssd" } },
  spec: {
    accessModes: ["ReadWriteOnce", "ReadOnlyMany"],
    storageClassName: "fast",
    capacity: { storage: "2Gi" },
    ...spec,
  },
});

test.each<[string, PersistentVolume, boolean]>([
  ["large enough, right class and mode", volume(), true],
  ["too small", volume({ capacity: { storage: "1000Mi" } }), false],
  ["another class", volume({ storageClassName: "slow" }), false],
  ["another mode", volume({ accessModes: ["ReadOnlyMany"] }), false],
  ["a block device", volume({ volumeMode: "Block" }), false],
  ["reserved for the claim", volume({ claimRef: { namespace: "x", name: "c" } }), true],
  ["bound to an earlier claim of that name", volume({ claimRef: { namespace: "x", name: "c", uid: "old" } }), false],
  ["bound to another", volume({ claimRef: { namespace: "x", name: "d" } }), false],
  ["released", { ...volume(), status: { phase: "Released" } }, false],
])("%s", (_, one, expected) => {
  expect(canBind(one, claim)).toBe(expected);
});

test("a claim's selector is of the volume's labels", () => {
  const picky = { ...claim, spec: { ...claim.spec, selector: { matchLabels: { disk: "hdd" } } } };
  expect(canBind(volume(), picky)).toBe(false);
});

test("the smallest volume that fits is taken", () => {
  const sizes = ["10Gi", "2Gi", "5Gi"].map((storage) => volume({ capacity: { storage } }, storage));
  expect(smallestFit(sizes)?.metadata.name).toBe("2Gi");
});
