import { beforeEach, expect, test } from "vitest";
import { NodeAuthorizer } from "../../../../../src/components/apiserver/authz/node/node-authorizer.ts";
import { requestInfo } from "../../../../../src/components/apiserver/http/request-info.ts";
import { builtInResources } from "../../../../../src/components/apiserver/resources/built-in.ts";
import { Catalog } from "../../../../../src/components/apiserver/resources/catalog.ts";
import type { ResourceType } from "../../../../../src/components/apiserver/resources/resource-type.ts";
import { entryOf } from "../../../../../src/components/apiserver/storage/entry.ts";
import type { ObjectStore } from "../../../../../src/components/apiserver/storage/object-store.ts";
import { ResourceCache } from "../../../../../src/components/apiserver/storage/resource-cache.ts";

const kubelet = { name: "system:node:n1", groups: ["system:nodes", "system:authenticated"] };
let caches: Map<string, ResourceCache>;
let authorizer: NodeAuthorizer;

/** Watch caches without an etcd behind them: the authorizer reads nothing else. */
beforeEach(async () => {
  caches = new Map();
  const cache = ({ resource }: ResourceType) => {
    const known = caches.get(resource) ?? new ResourceCache(`/registry/${resource}/`);
    caches.set(resource, known);
    return Promise.resolve(known);
  };
  authorizer = await NodeAuthorizer.open({ cache } as unknown as ObjectStore, new Catalog(builtInResources));
});

let revision = 0;
function put(name: string, spec: object): void {
  revision += 1;
  const value = Buffer.from(
    JSON.stringify({ apiVersion: "v1", kind: "Pod", metadata: { name, namespace: "default" }, spec }),
  );
  const cache = caches.get("pods")!;
  const event = cache.put(entryOf({ key: `/registry/pods/default/${name}`, value, revision }));
  for (const watcher of cache.watchers) watcher.events([event]);
}

function remove(name: string): void {
  revision += 1;
  const cache = caches.get("pods")!;
  const event = cache.remove(`/registry/pods/default/${name}`, revision)!;
  for (const watcher of cache.watchers) watcher.events([event]);
}

const may = (method: string, path: string, query = "") =>
  authorizer.authorize(kubelet, requestInfo(method, path, new URLSearchParams(query))).allowed;
const secret = "/api/v1/namespaces/default/secrets/s";
const mounts = { volumes: [{ name: "v", secret: { secretName: "s" } }] };

test("what a pod on the node refers to is readable from its binding to its end", () => {
  put("p", mounts);
  expect(may("GET", secret)).toBe(false);
  put("p", { ...mounts, nodeName: "n1" });
  expect(may("GET", secret)).toBe(true);
  expect(may("GET", "/api/v1/namespaces/default/secrets", "watch=1&fieldSelector=metadata.name=s")).toBe(true);
  expect(may("GET", "/api/v1/namespaces/default/secrets", "watch=1")).toBe(false);
  expect(may("PUT", secret)).toBe(false);
  remove("p");
  expect(may("GET", secret)).toBe(false);
});

test("pods of one node do not hide those of another that refer to the same", () => {
  put("p", { ...mounts, nodeName: "n1" });
  put("q", { ...mounts, nodeName: "n2" });
  put("q", { nodeName: "n2" });
  expect(may("GET", secret)).toBe(true);
  put("p", { nodeName: "n1" });
  expect(may("GET", secret)).toBe(false);
});

test("a kubelet lists the pods of its node alone, and reads its own Node alone", () => {
  put("p", { nodeName: "n1" });
  put("q", { nodeName: "n2" });
  expect(may("GET", "/api/v1/pods", "fieldSelector=spec.nodeName=n1")).toBe(true);
  expect(may("GET", "/api/v1/pods")).toBe(false);
  expect(may("GET", "/api/v1/pods", "fieldSelector=spec.nodeName=n2")).toBe(false);
  expect(may("GET", "/api/v1/namespaces/default/pods/p")).toBe(true);
  expect(may("GET", "/api/v1/namespaces/default/pods/q")).toBe(false);
  expect(may("GET", "/api/v1/nodes/n1")).toBe(true);
  expect(may("GET", "/api/v1/nodes/n2")).toBe(false);
  expect(may("GET", "/api/v1/nodes")).toBe(false);
  expect(may("PATCH", "/api/v1/nodes/n1/status")).toBe(true);
});
