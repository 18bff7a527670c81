import { describe, expect, it } from "vitest";
import { withStandardInput } from "../../src/cli/standard-input.ts";

describe("withStandardInput", () => {
  it("joins a lone dash with the option before it, and leaves all else alone", () => {
    expect(withStandardInput(["init", "--config", "-", "-f", "-", "--dry-run"])).toEqual([
      "init",
      "--config=-",
      "-f=-",
      "--dry-run",
    ]);
    expect(withStandardInput(["exec", "--config=x", "-", "--", "-"])).toEqual(["exec", "--config=x", "-", "--", "-"]);
  });

  it("leaves the words of another program alone", () => {
    const words = ["lab", "exec", "cp1", "--", "tar", "-xf", "-"];
    expect(withStandardInput(words)).toEqual(words);
  });
});
