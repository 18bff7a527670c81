import { expect, test } from "vitest";
import { parseCidr } from "../../../../src/base/cidr.ts";
import { CidrSet } from "../../../../src/components/controller-manager/nodeipam/cidr-set.ts";

const setOf = (cidr: string, maskSize: number) => new CidrSet(parseCidr(cidr)!, maskSize);

test("blocks are given out in turn until none is left", () => {
  const set = setOf("10.244.0.0/22", 24);
  const blocks = Array.from({ length: 5 }, () => set.allocate());
  expect(blocks).toEqual(["10.244.0.0/24", "10.244.1.0/24", "10.244.2.0/24", "10.244.3.0/24", undefined]);
});

test("a block that is in use is not given out; a freed one comes last", () => {
  const set = setOf("10.244.0.0/22", 24);
  set.occupy("10.244.1.0/24");
  expect([set.allocate(), set.allocate()]).toEqual(["10.244.0.0/24", "10.244.2.0/24"]);
  set.release("10.244.0.0/24");
  expect([set.allocate(), set.allocate(), set.allocate()]).toEqual(["10.244.3.0/24", "10.244.0.0/24", undefined]);
});

test("a wider network takes all the blocks that it covers", () => {
  const set = setOf("10.0.0.0/14", 16);
  set.occupy("10.0.0.0/15");
  expect(set.allocate()).toBe("10.2.0.0/16");
});

test("IPv6, and networks of the other family", () => {
  const set = setOf("fd00:10:244::/56", 64);
  set.occupy("10.96.0.0/12");
  expect([set.allocate(), set.allocate()]).toEqual(["fd00:10:244::/64", "fd00:10:244:1::/64"]);
});
