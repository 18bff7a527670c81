import { expect, test } from "vitest";
import { slowStart } from "../../../../src/components/controller-manager/framework/slow-start.ts";

test("everything is called once, in doubling batches", async () => {
  const calls: number[] = [];
  let active = 0;
  const widths: number[] = [];
  const result = await slowStart(10, async (index) => {
    calls.push(index);
    widths.push(++active);
    await Promise.resolve();
    active--;
  });
  expect(result).toEqual({ succeeded: 10 });
  expect(calls).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(Math.max(...widths)).toBe(4);
});

test("the first refusal costs one call", async () => {
  let calls = 0;
  const failure = new Error("no");
  const result = await slowStart(100, async () => {
    calls++;
    throw failure;
  });
  expect({ calls, ...result }).toEqual({ calls: 1, succeeded: 0, failure });
});
