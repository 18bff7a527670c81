import { expect, test } from "vitest";
import { until } from "../../src/base/until.ts";
import { WorkQueue } from "../../src/kube/work-queue.ts";

const tick = (ms = 0) => new Promise((resolve) => setTimeout(resolve, ms));

function running(
  work: (key: string) => Promise<void>,
  { workers = 2, ...settings }: { workers?: number; firstRetryMs?: number } = {},
) {
  const queue = new WorkQueue({ firstRetryMs: 1, ...settings });
  const stop = new AbortController();
  const failures: string[] = [];
  queue.run(work, { workers, signal: stop.signal, onError: (key) => failures.push(key) });
  return { queue, stop, failures };
}

test("a key that is added many times while it waits is worked on once", async () => {
  const seen: string[] = [];
  const queue = new WorkQueue();
  for (const key of ["a", "b", "a", "a"]) queue.add(key);
  queue.run(async (key) => void seen.push(key), { workers: 1, signal: new AbortController().signal });
  await tick();
  expect(seen).toEqual(["a", "b"]);
});

test("a key that is added while it is worked on comes again, but never twice at once", async () => {
  const gate = Promise.withResolvers<void>();
  let active = 0;
  let most = 0;
  let runs = 0;
  const { queue } = running(async () => {
    most = Math.max(most, ++active);
    runs++;
    await gate.promise;
    active--;
  });
  queue.add("a");
  queue.add("a");
  queue.add("a");
  gate.resolve();
  await tick(5);
  expect({ runs, most }).toEqual({ runs: 2, most: 1 });
});

test("no more workers than asked for", async () => {
  let active = 0;
  let most = 0;
  const { queue } = running(
    async () => {
      most = Math.max(most, ++active);
      await tick(1);
      active--;
    },
    { workers: 3 },
  );
  for (let at = 0; at < 20; at++) queue.add(String(at));
  await tick(50);
  expect(most).toBe(3);
});

test("a failure is told and tried again", async () => {
  let attempts = 0;
  const { queue, failures } = running(async () => {
    if (++attempts < 3) throw new Error("not yet");
  });
  queue.add("a");
  await until(() => attempts === 3 && queue.failuresOf("a") === 0, { for: "a success", withinMs: 20_000, everyMs: 1 });
  expect(failures).toEqual(["a", "a"]);
});

test("of several delays the earliest counts", async () => {
  let runs = 0;
  const { queue } = running(async () => void runs++);
  queue.addAfter("a", 10_000);
  queue.addAfter("a", 1);
  await tick(20);
  expect(runs).toBe(1);
});

test("nothing starts after the end", async () => {
  let runs = 0;
  const { queue, stop } = running(async () => void runs++);
  queue.addAfter("a", 1);
  stop.abort();
  queue.add("b");
  await tick(10);
  expect(runs).toBe(0);
});
