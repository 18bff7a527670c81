import { expect, test } from "vitest";
import { OwnerGraph } from "../../../../src/components/controller-manager/garbagecollector/owner-graph.ts";

const object = (
  uid: string,
  owners: string[] = [],
  more: { finalizers?: string[]; deletionTimestamp?: string } = {},
) => ({
  apiVersion: "v1",
  kind: "Thing",
  metadata: {
    name: uid,
    namespace: "x",
    uid,
    ownerReferences: owners.map((owner) => ({
      apiVersion: "v1",
      kind: "Thing",
      name: owner,
      uid: owner,
      blockOwnerDeletion: true,
    })),
    ...more,
  },
});
const words = (work: ReturnType<OwnerGraph["observe"]>) => work.map(({ kind, uid }) => `${kind} ${uid}`);

test("the deletion of an owner asks for a look at what it owned", () => {
  const graph = new OwnerGraph();
  graph.observe(object("a"));
  graph.observe(object("b", ["a"]));
  graph.observe(object("c", ["a"]));
  expect(words(graph.remove("a"))).toEqual(["check b", "check c"]);
});

test("an owner that nobody has seen is looked for, once", () => {
  const graph = new OwnerGraph();
  expect(words(graph.observe(object("b", ["a"])))).toEqual(["check a"]);
  expect(words(graph.observe(object("c", ["a"])))).toEqual([]);
  expect(graph.get("a")?.isVirtual).toBe(true);
  expect(words(graph.remove("a"))).toEqual(["check b", "check c"]);
});

test("an owner that turns up is real", () => {
  const graph = new OwnerGraph();
  graph.observe(object("b", ["a"]));
  graph.observe(object("a"));
  expect(graph.get("a")?.isVirtual).toBe(false);
  expect(graph.dependentsOf(graph.get("a")!).map(({ identity }) => identity.uid)).toEqual(["b"]);
});

test("a foreground deletion looks at what is below, and at itself when that is gone", () => {
  const graph = new OwnerGraph();
  graph.observe(object("a"));
  graph.observe(object("b", ["a"]));
  const going = object("a", [], { finalizers: ["foregroundDeletion"], deletionTimestamp: "t" });
  expect(words(graph.observe(going))).toEqual(["check b", "check a"]);
  expect(words(graph.observe(going))).toEqual([]);
  expect(words(graph.remove("b"))).toEqual(["check a"]);
});

test("an orphaning deletion sets free", () => {
  const graph = new OwnerGraph();
  graph.observe(object("a"));
  expect(words(graph.observe(object("a", [], { finalizers: ["orphan"], deletionTimestamp: "t" })))).toEqual([
    "orphan a",
  ]);
});

test("an object that loses its owner is no longer below it", () => {
  const graph = new OwnerGraph();
  graph.observe(object("a"));
  graph.observe(object("b", ["a"]));
  graph.observe(object("b"));
  expect(words(graph.remove("a"))).toEqual([]);
});
