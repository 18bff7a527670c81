import fc from "fast-check";
import { expect, test } from "vitest";
import { MarkedOutput } from "../../../src/hosts/shell/marked-output.ts";

test("what comes before the mark is noise and what comes after is output, wherever chunks are cut", () => {
  const whole = Buffer.from("Welcome!\nslipway-ab 417\nfirst\nslipway-ab 9\n");
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(whole.length)), (cuts) => {
      const output: Buffer[] = [];
      const marked = new MarkedOutput("slipway-ab", (chunk) => output.push(chunk));
      const edges = [0, ...cuts.sort((a, b) => a - b), whole.length];
      for (const [index, start] of edges.entries()) marked.push(whole.subarray(start, edges[index + 1]));
      expect(marked.group).toBe(417);
      expect(marked.noise).toBe("Welcome!\n");
      expect(Buffer.concat(output).toString()).toBe("first\nslipway-ab 9\n");
    }),
  );
});

test("without the mark everything is noise and there is no group", () => {
  const marked = new MarkedOutput("slipway-ab", () => expect.fail("no output is expected"));
  marked.push(Buffer.from("This account is not available.\n"));
  expect(marked.group).toBeUndefined();
  expect(marked.noise).toContain("not available");
});
