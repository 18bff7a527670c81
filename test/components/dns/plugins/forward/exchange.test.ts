import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Underway } from "../../../../../src/components/dns/plugins/forward/exchange.ts";
import { UdpExchange } from "../../../../../src/components/dns/plugins/forward/udp-exchange.ts";

const question = Buffer.alloc(17);
beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => void vi.useRealTimers());

it("refuses a question when too many wait for a silent resolver, rather than look for a free id for ever", async () => {
  const underway = new Underway(Math.random);
  const asked = Array.from({ length: 0x8000 }, () => underway.add(question, 2_000, () => undefined));
  expect(() => underway.add(question, 2_000, () => undefined)).toThrow(/32768 questions wait/);
  underway.failAll(new Error("over"));
  expect(new Set((await Promise.allSettled(asked)).map(({ status }) => status))).toEqual(new Set(["rejected"]));
  expect(underway.size).toBe(0);
});

it("tells who asked that the socket was closed before it was connected", async () => {
  const exchange = new UdpExchange(
    { address: "127.0.0.1", port: 9 },
    { expireMs: 10_000, random: Math.random, now: Date.now },
  );
  const asked = exchange.ask(question, 2_000);
  exchange.close();
  await expect(asked).rejects.toThrow("the socket was closed");
});
