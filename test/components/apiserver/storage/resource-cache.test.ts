import { expect, test } from "vitest";
import { entryOf } from "../../../../src/components/apiserver/storage/entry.ts";
import { ResourceCache } from "../../../../src/components/apiserver/storage/resource-cache.ts";
import { SortedKeys } from "../../../../src/components/apiserver/storage/sorted-keys.ts";

const entry = (name: string, revision: number) =>
  entryOf({
    key: `/r/pods/n/${name}`,
    value: Buffer.from(`{"kind":"Pod","metadata":{"name":"${name}","namespace":"n"}}`),
    revision,
  });

test("history goes back to the read, not further", () => {
  const cache = new ResourceCache("/r/pods/");
  cache.reset([entry("a", 5)], 10);
  cache.put(entry("b", 11));
  cache.put(entry("a", 12));
  cache.remove("/r/pods/n/b", 13);
  expect(cache.since(9)).toBeUndefined();
  expect(cache.since(10)?.map(({ type, revision }) => `${type} ${revision}`)).toEqual([
    "ADDED 11",
    "MODIFIED 12",
    "DELETED 13",
  ]);
  expect(cache.since(12)?.map(({ revision }) => revision)).toEqual([13]);
  expect(cache.since(13)).toEqual([]);
});

test("old history is forgotten, and a watch from there is told so", () => {
  const cache = new ResourceCache("/r/pods/");
  cache.reset([], 0);
  for (let revision = 1; revision <= 10_000; revision += 1) cache.put(entry("a", revision));
  expect(cache.since(0)).toBeUndefined();
  expect(cache.since(9_999)).toHaveLength(1);
});

test("a deletion of what is not there is no event", () => {
  const cache = new ResourceCache("/r/pods/");
  expect(cache.remove("/r/pods/n/x", 3)).toBeUndefined();
});

test("keys are found by prefix, in order, from a key on", () => {
  const keys = new SortedKeys();
  for (const key of ["/b/2", "/a/1", "/b/1", "/b/10", "/c"]) keys.add(key);
  expect(keys.withPrefix("/b/")).toEqual(["/b/1", "/b/10", "/b/2"]);
  expect(keys.withPrefix("/b/", "/b/1\0")).toEqual(["/b/10", "/b/2"]);
  keys.delete("/b/10");
  expect(keys.withPrefix("/b/")).toEqual(["/b/1", "/b/2"]);
});
