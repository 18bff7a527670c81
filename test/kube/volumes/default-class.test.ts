import { expect, test } from "vitest";
import { defaultClass } from "../../../src/kube/volumes/default-class.ts";

const ofClass = (name: string, creationTimestamp: string, isDefault = "true") => ({
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: {
    name,
    creationTimestamp,
    annotations: { "storageclass.kubernetes.io/is-default-class": isDefault },
  },
});

test("the newest default class counts, and of equals the first name", () => {
  const classes = [
    ofClass("old", "2026-01-01T00:00:00Z"),
    ofClass("b", "2026-02-01T00:00:00Z"),
    ofClass("a", "2026-02-01T00:00:00Z"),
    ofClass("other", "2026-03-01T00:00:00Z", "false"),
  ];
  expect(defaultClass(classes)?.metadata.name).toBe("a");
});

test("no class says that it is the default", () => {
  expect(defaultClass([ofClass("other", "", "false")])).toBeUndefined();
});
