import { describe, expect, it } from "vitest";
import { PatchError } from "../../../src/kube/patch/patch-error.ts";
import { type MergeSchema, strategicMerge } from "../../../src/kube/patch/strategic-merge.ts";

const schema: MergeSchema = {
  list: (field) => (({ items: { kind: "map", key: "name" }, finalizers: { kind: "set" } }) as const)[field],
  below: () => schema,
};
const merge = (target: unknown, patch: unknown) => strategicMerge(target, patch, schema);

describe("strategicMerge", () => {
  it("merges mappings, deletes what is null, and replaces lists without a key", () => {
    expect(merge({ a: { b: 1, c: 2 }, l: [1, 2] }, { a: { b: null, d: 3 }, l: [3] })).toEqual({
      a: { c: 2, d: 3 },
      l: [3],
    });
  });

  it("merges keyed lists by their key, new elements last, and sets by their members", () => {
    const target = { items: [{ name: "a", v: 1, w: 1 }, { name: "b" }], finalizers: ["x"] };
    expect(merge(target, { items: [{ name: "c" }, { name: "a", v: 2 }], finalizers: ["y", "x"] })).toEqual({
      items: [{ name: "a", v: 2, w: 1 }, { name: "b" }, { name: "c" }],
      finalizers: ["x", "y"],
    });
  });

  it("follows directives: delete, replace, retain keys, delete from a set, an order", () => {
    const target = { items: [{ name: "a" }, { name: "b" }], finalizers: ["x", "y"], kept: 1, gone: 1 };
    expect(merge(target, { items: [{ name: "a", $patch: "delete" }] })).toMatchObject({ items: [{ name: "b" }] });
    expect(merge(target, { items: [{ $patch: "replace" }, { name: "z" }] })).toMatchObject({ items: [{ name: "z" }] });
    expect(merge({ in: target }, { in: { $patch: "replace", only: 1 } })).toEqual({ in: { only: 1 } });
    expect(merge(target, { $retainKeys: ["kept"], kept: 2 })).toEqual({ kept: 2 });
    expect(merge(target, { "$deleteFromPrimitiveList/finalizers": ["x"] })).toMatchObject({ finalizers: ["y"] });
    const order = { "$setElementOrder/items": [{ name: "b" }, { name: "a" }] };
    expect(merge(target, order)).toMatchObject({ items: [{ name: "b" }, { name: "a" }] });
  });

  it("refuses elements without their key, and leaves its input as it was", () => {
    const target = { items: [{ name: "a" }] };
    const before = structuredClone(target);
    expect(() => merge(target, { items: [{ v: 1 }] })).toThrow(PatchError);
    expect(() => merge(target, { items: ["a"] })).toThrow(PatchError);
    merge(target, { items: [{ name: "a", v: 1 }] });
    expect(target).toEqual(before);
  });
});
