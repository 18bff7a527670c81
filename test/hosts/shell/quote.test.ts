import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { quoteAll } from "../../../src/hosts/shell/quote.ts";

test("sh reads quoted words back as they were, whatever they hold", () => {
  const word = fc.string({ unit: "binary" }).map((text) => text.replaceAll("\0", "").toWellFormed());
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 20 }), (words) => {
      const printed = execFileSync("sh", ["-c", `printf '%s\\0' ${quoteAll(words)}`], { timeout: 20_000 }).toString();
      expect(printed.split("\0").slice(0, -1)).toEqual(words);
    }),
    { numRuns: 50 },
  );
});

test("plain words stay readable", () => {
  expect(quoteAll(["systemctl", "is-active", "a b", "", "it's"])).toBe(`systemctl is-active 'a b' '' 'it'\\''s'`);
});
