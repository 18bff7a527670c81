import { expect, test } from "vitest";
import { keyOf, Store, splitKey } from "../../../src/kube/informer/store.ts";

const pod = (name: string, nodeName: string) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: "x" },
  spec: { nodeName },
});
const byNode = { node: ({ spec }: ReturnType<typeof pod>) => [spec.nodeName] };

test("an object is found by key, namespace and index, and moves in the index when it changes", () => {
  const store = new Store(byNode);
  store.set(pod("a", "n1"));
  store.set(pod("b", "n1"));
  expect(store.byIndex("node", "n1").map(keyOf)).toEqual(["x/a", "x/b"]);
  expect(store.set(pod("a", "n2"))).toEqual(pod("a", "n1"));
  expect(store.byIndex("node", "n1").map(keyOf)).toEqual(["x/b"]);
  expect(store.byIndex("node", "n2").map(keyOf)).toEqual(["x/a"]);
  expect(store.list("x")).toHaveLength(2);
  expect(store.list("y")).toEqual([]);
});

test("a deleted object leaves every index", () => {
  const store = new Store(byNode);
  store.set(pod("a", "n1"));
  expect(store.delete("x/a")).toEqual(pod("a", "n1"));
  expect(store.delete("x/a")).toBeUndefined();
  expect(store.byIndex("node", "n1")).toEqual([]);
  expect(store.size).toBe(0);
});

test("an index that is added later knows what is stored already", () => {
  const store = new Store<ReturnType<typeof pod>>();
  store.set(pod("a", "n1"));
  store.addIndex("node", byNode.node);
  expect(store.byIndex("node", "n1").map(keyOf)).toEqual(["x/a"]);
});

test("keys are split into namespace and name", () => {
  expect(splitKey("x/a")).toEqual({ namespace: "x", name: "a" });
  expect(splitKey("a")).toEqual({ name: "a" });
});
