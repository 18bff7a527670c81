import { expect, test } from "vitest";
import { grouped, paced, pieceBytes, sliced } from "../../../../src/components/apiserver/http/paced.ts";

const parts = (count: number, size: number) => Array.from({ length: count }, (_, index) => Buffer.alloc(size, index));

test("small parts are put together, in order, and none is lost", () => {
  const given = parts(300, 1000);
  const pieces = [...grouped(given)];
  expect(pieces.slice(0, -1).every((piece) => piece.length >= pieceBytes)).toBe(true);
  expect(Buffer.concat(pieces).equals(Buffer.concat(given))).toBe(true);
});

test("a body is cut without a copy", () => {
  const body = Buffer.alloc(pieceBytes * 2 + 5, "x");
  const pieces = [...sliced(body)];
  expect(pieces.map(({ length }) => length)).toEqual([pieceBytes, pieceBytes, 5]);
  expect(pieces[1]?.buffer).toBe(body.buffer);
});

test("between pieces others have their turn", async () => {
  const seen: string[] = [];
  setImmediate(() => seen.push("other"));
  for await (const piece of paced(Buffer.from("a"), [Buffer.from("b")])) seen.push(piece.toString());
  expect(seen).toEqual(["a", "other", "b"]);
});
