import { describe, expect, it } from "vitest";
import { humanDuration } from "../../src/base/human-duration.ts";

describe("humanDuration", () => {
  it.each([
    [-2000, "<invalid>"],
    [0, "0s"],
    [119_999, "119s"],
    [120_000, "2m"],
    [150_000, "2m30s"],
    [11 * 60_000, "11m"],
    [4 * 3_600_000, "4h"],
    [4.5 * 3_600_000, "4h30m"],
    [23.9 * 3_600_000, "23h"],
    [3 * 86_400_000 + 3_600_000, "3d1h"],
    [364.9 * 86_400_000, "364d"],
    [3 * 365 * 86_400_000, "3y"],
    [9.9 * 365 * 86_400_000, "9y"],
  ])("tells %d ms as %s", (ms, text) => {
    expect(humanDuration(ms)).toBe(text);
  });
});
