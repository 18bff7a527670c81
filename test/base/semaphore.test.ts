import { expect, it } from "vitest";
import { Semaphore } from "../../src/base/semaphore.ts";

it("runs no more than its slots at once, and everything in the end", async () => {
  const semaphore = new Semaphore(2);
  let running = 0;
  let most = 0;
  const work = async (index: number) => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resume) => setImmediate(resume));
    running -= 1;
    return index;
  };
  const results = await Promise.all([0, 1, 2, 3, 4].map((index) => semaphore.run(() => work(index))));
  expect(results).toEqual([0, 1, 2, 3, 4]);
  expect(most).toBe(2);
});

it("frees the slot of work that fails", async () => {
  const semaphore = new Semaphore(1);
  await expect(semaphore.run(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
  await expect(semaphore.run(async () => "yes")).resolves.toBe("yes");
});
