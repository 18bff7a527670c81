import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatDuration, parseDuration } from "../../src/base/duration.ts";

describe("Go durations", () => {
  it.each([
    ["4m0s", 240_000],
    ["1h30m", 5_400_000],
    ["1.5h", 5_400_000],
    ["300ms", 300],
    ["10us", 0.01],
    ["0", 0],
    ["-5s", -5000],
  ])("reads %s", (text, ms) => {
    expect(parseDuration(text)).toBeCloseTo(ms, 9);
  });

  it.each(["", "5", "h", "1x", "1h 2m", "--1s"])("refuses %j", (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  it.each([
    [31_536_000_000, "8760h0m0s"],
    [240_000, "4m0s"],
    [1500, "1.5s"],
    [300, "300ms"],
    [0.01, "10µs"],
    [0, "0s"],
    [-1000, "-1s"],
  ])("prints %d ms as %s", (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it("reads back what it prints", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 400_000_000_000 }), (ms) => {
        expect(parseDuration(formatDuration(ms))).toBeCloseTo(ms, 6);
      }),
    );
  });
});
