import { getEventListeners } from "node:events";
import { expect, it } from "vitest";
import { unlessAborted } from "../../src/base/unless-aborted.ts";

const never = new Promise<never>(() => undefined);

it("gives what the promise comes to, and leaves nothing behind at the signal", async () => {
  const { signal } = new AbortController();
  expect(await unlessAborted(Promise.resolve(1), signal)).toBe(1);
  await expect(unlessAborted(Promise.reject(new Error("no")), signal)).rejects.toThrow("no");
  expect(await unlessAborted(Promise.resolve(2), undefined)).toBe(2);
  expect(getEventListeners(signal, "abort")).toEqual([]);
});

it("rejects with the signal's reason when that aborts, or has aborted", async () => {
  const stop = new AbortController();
  const waiting = unlessAborted(never, stop.signal);
  stop.abort(new Error("enough"));
  await expect(waiting).rejects.toThrow("enough");
  await expect(unlessAborted(never, stop.signal)).rejects.toThrow("enough");
  await expect(unlessAborted(Promise.resolve(1), stop.signal)).rejects.toThrow("enough");
});
