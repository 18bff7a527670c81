import { expect, it } from "vitest";
import { isInit } from "../../../src/lab/machine/machine.ts";

it("takes the first process of a host for its init, not that of a container in it, nor one of this machine", () => {
  expect(isInit("Name:\tsystemd\nNSpid:\t4711\t1\nThreads:\t1\n")).toBe(true);
  expect(isInit("Name:\tpause\nNSpid:\t4800\t90\t1\n")).toBe(false);
  expect(isInit("Name:\tsshd\nNSpid:\t4712\t61\n")).toBe(false);
  expect(isInit("Name:\tinit\nNSpid:\t1\n")).toBe(false);
});
