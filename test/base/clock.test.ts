import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { systemClock } from "../../src/base/clock.ts";

test("what is put off is called once, unless it is called off", async () => {
  const called: string[] = [];
  systemClock.after(1, () => called.push("kept"));
  const callOff = systemClock.after(1, () => called.push("called off"));
  callOff();
  await sleep(20);
  expect(called).toEqual(["kept"]);
});

test("a delay that setTimeout can't take is a long one, not none", async () => {
  let called = false;
  const callOff = systemClock.after(2 ** 40, () => {
    called = true;
  });
  await sleep(5);
  callOff();
  expect(called).toBe(false);
});
