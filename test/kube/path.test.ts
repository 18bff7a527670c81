import { expect, test } from "vitest";
import { collectionPath, objectPath, query } from "../../src/kube/path.ts";
import { resourceOfKind, resources } from "../../src/kube/resources.ts";

test("paths of core and grouped resources, of objects and subresources", () => {
  expect(collectionPath(resources.pods)).toBe("/api/v1/pods");
  expect(collectionPath(resources.deployments, "x")).toBe("/apis/apps/v1/namespaces/x/deployments");
  expect(objectPath(resources.clusterroles, { name: "system:node" }, "status")).toBe(
    "/apis/rbac.authorization.k8s.io/v1/clusterroles/system%3Anode/status",
  );
});

test("undefined parameters are left out, others are encoded", () => {
  expect(query({ labelSelector: "a=b,c", limit: undefined, watch: true })).toBe("?labelSelector=a%3Db%2Cc&watch=true");
  expect(query({ limit: undefined })).toBe("");
});

test("a kind has its resource", () => {
  expect(resourceOfKind({ apiVersion: "apps/v1", kind: "Deployment" })).toBe(resources.deployments);
  expect(resourceOfKind({ apiVersion: "example.com/v1", kind: "Deployment" })).toBeUndefined();
});
