import { expect, it } from "vitest";
import { positionOf, sourceMap } from "../../src/config/source-map.ts";

const text = `a: 1
b:
  - x: "foo"
    y: yes
  - z
---
c: {d: [1, {e: 2}]}
`;

it.each([
  [0, "a", 1, 1],
  [0, "b[0].y", 4, 5],
  [0, "b[1]", 5, 5],
  [1, "c.d[1].e", 7, 13],
])("finds the value in document %i at %s", (document, path, line, column) => {
  expect(positionOf(sourceMap(text), document, path)).toEqual({ line, column });
});

it("falls back to what stands above a path that is not written", () => {
  expect(positionOf(sourceMap(text), 0, "b[0].missing.deeper")).toEqual({ line: 3, column: 5 });
});
