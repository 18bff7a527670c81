import { describe, expect, it } from "vitest";
import { until } from "../../src/base/until.ts";

describe("until", () => {
  it("gives what the condition came to", async () => {
    const answers = [undefined, false, "ready"] as const;
    let asked = 0;
    expect(await until(() => answers[asked++], { for: "an answer", withinMs: 60_000, everyMs: 1 })).toBe("ready");
  });

  it("takes what the condition throws for 'not yet', and tells the last of it when time is up", async () => {
    const refused = new Error("connection refused");
    const waiting = until(() => Promise.reject(refused), { for: "the API", withinMs: 5, everyMs: 1 });
    await expect(waiting).rejects.toMatchObject({
      details: { code: "TIMED_OUT", got: "connection refused", message: "timed out after 0.005 s waiting for the API" },
      cause: refused,
    });
  });

  it("throws what is final at once, as it is", async () => {
    const lost = new Error("the host is gone");
    const thrown: Error[] = [new Error("not yet"), lost];
    const condition = () => Promise.reject(thrown.shift());
    const isFinal = (error: unknown) => error === lost;
    await expect(until(condition, { for: "it", withinMs: 60_000, everyMs: 1, isFinal })).rejects.toBe(lost);
  });

  it("ends with the signal's reason", async () => {
    const stop = new AbortController();
    const waiting = until(() => false, { for: "nothing", withinMs: 60_000, everyMs: 60_000, signal: stop.signal });
    stop.abort(new Error("interrupted"));
    await expect(waiting).rejects.toThrow(/abort/i);
  });
});
