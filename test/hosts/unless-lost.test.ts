import { describe, expect, it } from "vitest";
import { SlipwayError } from "../../src/base/errors.ts";
import { until } from "../../src/base/until.ts";
import type { Facts } from "../../src/hosts/facts.ts";
import { unlessLost } from "../../src/hosts/unless-lost.ts";

const failed = (code: string) => new SlipwayError({ code, exit: "connection", message: code });

/** A host that gives these errors one after the other, then its facts, and counts how often it is asked. */
function hostOf(...errors: readonly Error[]) {
  const left = [...errors];
  const host = {
    asked: 0,
    facts: async (): Promise<Facts> => {
      host.asked += 1;
      const error = left.shift();
      if (error) throw error;
      return {} as Facts;
    },
  };
  return host;
}

const { signal } = new AbortController();
const never = { for: "what never comes", withinMs: 600_000, everyMs: 1 };

describe("unlessLost", () => {
  it("gives what the work comes to, and asks nothing of the host when that is quick", async () => {
    const host = hostOf(failed("HOST_UNREACHABLE"));
    expect(await unlessLost({ host, signal }, async () => 7)).toBe(7);
    await expect(unlessLost({ host, signal }, () => Promise.reject(new Error("refused")))).rejects.toThrow("refused");
    expect(host.asked).toBe(0);
  });

  it("rejects with the loss of the host, and ends the work", async () => {
    const gone = failed("HOST_UNREACHABLE");
    const host = hostOf(gone);
    let work: Promise<unknown> = Promise.resolve();
    const waiting = unlessLost(
      { host, signal },
      (own) => {
        work = until(() => false, { ...never, signal: own });
        return work;
      },
      1,
    );
    await expect(waiting).rejects.toBe(gone);
    await expect(work).rejects.toThrow("aborted");
    expect(host.asked).toBe(1);
  });

  it("goes on when a connection merely broke, and asks no more when the work is done", async () => {
    const host = hostOf(failed("CONNECTION_LOST"), failed("DEADLINE_EXCEEDED"));
    const isLookedAt = () => host.asked >= 4;
    await unlessLost({ host, signal }, (own) => until(isLookedAt, { ...never, signal: own }), 1);
    const { asked } = host;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(host.asked).toBe(asked);
  });

  it("ends when the run is interrupted, also where the work takes no signal", async () => {
    const run = new AbortController();
    const waiting = unlessLost({ host: hostOf(), signal: run.signal }, () => new Promise(() => {}), 1);
    run.abort();
    await expect(waiting).rejects.toThrow("aborted");
  });
});
