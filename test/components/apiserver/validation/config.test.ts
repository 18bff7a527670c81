import { expect, test } from "vitest";
import { validateClaimUpdate } from "../../../../src/components/apiserver/validation/config.ts";

const claim = (spec: Record<string, unknown>) => ({
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  metadata: { name: "c", namespace: "x" },
  spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } }, ...spec },
});

test.each([
  ["a default class comes later", claim({}), claim({ storageClassName: "usual" }), 0],
  ["another class", claim({ storageClassName: "a" }), claim({ storageClassName: "b" }), 1],
  ["a class is taken back", claim({ storageClassName: "a" }), claim({}), 1],
  ["the binding", claim({ storageClassName: "a" }), claim({ storageClassName: "a", volumeName: "v" }), 0],
  ["another volume", claim({ volumeName: "v" }), claim({ volumeName: "w" }), 1],
  ["other modes", claim({}), claim({ accessModes: ["ReadWriteMany"] }), 1],
])("%s", (_, old, changed, faults) => {
  expect(validateClaimUpdate(changed, old)).toHaveLength(faults);
});
