import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { forEachHost } from "../../src/hosts/for-each-host.ts";

test("every host's outcome is given in order, and one that fails stops no other", async () => {
  const outcomes = await forEachHost(["a", "b", "c"], async (host) => {
    if (host === "a") throw new Error("no");
    return host.toUpperCase();
  });
  expect(outcomes).toEqual([
    { kind: "failed", host: "a", error: new Error("no") },
    { kind: "done", host: "b", value: "B" },
    { kind: "done", host: "c", value: "C" },
  ]);
});

test("ten hosts at a time unless told otherwise", async () => {
  for (const [limit, options] of [
    [10, undefined],
    [3, { concurrency: 3 }],
  ] as const) {
    let running = 0;
    let most = 0;
    await forEachHost(
      Array.from({ length: 25 }, (_, index) => index),
      async () => {
        running += 1;
        most = Math.max(most, running);
        await sleep(1);
        running -= 1;
      },
      options,
    );
    expect(most).toBe(limit);
  }
});
