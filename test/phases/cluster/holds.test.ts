import { describe, expect, it } from "vitest";
import { holds } from "../../../src/phases/cluster/holds.ts";

const container = (fields: object) => ({ spec: { containers: [{ name: "a", image: "i", ...fields }] } });

describe("what the cluster has already", () => {
  it.each([
    ["fields of others", { a: 1, b: 2 }, { a: 1 }],
    ["an empty list that the API left out", {}, { args: [] }],
    ["an empty list that the API shows as null", { args: null }, { args: [] }],
    ["an empty object that the API left out", {}, { spec: {} }],
    ["an empty object that the API shows as null", { spec: null }, { spec: {} }],
    ["nothing where nothing is wished", {}, { a: undefined, b: null }],
    ["defaults inside the elements of a list", { l: [{ a: 1, b: 2 }] }, { l: [{ a: 1 }] }],
    ["a quantity in its canonical form", { limits: { memory: "1Gi" } }, { limits: { memory: "1024Mi" } }],
    ["a quantity that was a number", { requests: { cpu: "100m" } }, { requests: { cpu: 0.1 } }],
    [
      "a variable that somebody added, which server-side apply leaves",
      container({
        env: [
          { name: "X", value: "1" },
          { name: "Y", value: "2" },
        ],
      }),
      container({ env: [{ name: "Y", value: "2" }] }),
    ],
    ["an empty label", { labels: { role: "" } }, { labels: { role: "" } }],
  ])("holds %s", (_, current, wished) => {
    expect(holds(current, wished)).toBe(true);
  });

  it.each([
    ["another value", { a: 1 }, { a: 2 }],
    ["a field that is missing", {}, { a: 1 }],
    ["a label without value that is missing", { labels: {} }, { labels: { role: "" } }],
    ["false where the default is true", {}, { automount: false }],
    ["an element too many in a list that belongs to one owner", { subjects: [1, 2] }, { subjects: [1] }],
    ["an order that counts", { args: ["b", "a"] }, { args: ["a", "b"] }],
    ["another quantity", { limits: { memory: "1G" } }, { limits: { memory: "1Gi" } }],
    ["a quantity that is missing", { limits: {} }, { limits: { memory: "1Gi" } }],
    ["a container that is missing", { containers: [{ name: "b" }] }, { containers: [{ name: "a" }] }],
    [
      "a variable with another value",
      container({ env: [{ name: "X" }] }),
      container({ env: [{ name: "X", value: "" }] }),
    ],
    ["a list where an object is wished", { spec: [] }, { spec: { a: 1 } }],
    ["something that should not be there", { a: 1 }, { a: null }],
  ])("does not take %s for it", (_, current, wished) => {
    expect(holds(current, wished)).toBe(false);
  });
});
