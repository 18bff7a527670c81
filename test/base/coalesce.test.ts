import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { coalesce } from "../../src/base/coalesce.ts";
import { until } from "../../src/base/until.ts";

it("runs once for many calls, and once more for calls that come while it runs", async () => {
  const stop = new AbortController();
  let runs = 0;
  const gate = Promise.withResolvers<void>();
  const trigger = coalesce(
    async () => void (++runs === 1 && (await gate.promise)),
    { onError: () => {}, retryMs: 5 },
    stop.signal,
  );
  for (let call = 0; call < 5; call++) trigger();
  await until(() => runs === 1, { for: "the first run", withinMs: 20_000, everyMs: 1 });
  for (let call = 0; call < 5; call++) trigger();
  gate.resolve();
  await until(() => runs === 2, { for: "the second run", withinMs: 20_000, everyMs: 1 });
  await sleep(20);
  expect(runs).toBe(2);
  stop.abort();
});

it("tries again after a failure, and stops with the signal", async () => {
  const stop = new AbortController();
  const errors: unknown[] = [];
  let runs = 0;
  const work = async () => {
    runs++;
    throw new Error("no");
  };
  coalesce(work, { onError: (thrown) => errors.push(thrown), retryMs: 2 }, stop.signal)();
  await until(() => errors.length >= 3, { for: "three attempts", withinMs: 20_000, everyMs: 1 });
  stop.abort();
  const atStop = runs;
  await sleep(20);
  expect(runs).toBeLessThanOrEqual(atStop + 1);
});
