import fc from "fast-check";
import { expect, test } from "vitest";
import { PriorityHeap } from "../../../../src/components/scheduler/queue/priority-heap.ts";

const drain = (heap: PriorityHeap<number>) => Array.from({ length: heap.size }, () => heap.pop());

test("whatever goes in comes out in order, without what was removed", () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.nat(), (numbers, at) => {
      const heap = new PriorityHeap<number>((one, other) => one < other);
      for (const number of numbers) heap.push(number);
      const gone = numbers[at % Math.max(1, numbers.length)];
      heap.remove((one) => one === gone);
      const expected = numbers.toSorted((one, other) => one - other);
      if (gone !== undefined) expected.splice(expected.indexOf(gone), 1);
      expect(drain(heap)).toEqual(expected);
    }),
  );
});
