import { expect, it } from "vitest";
import { digest } from "../../tools/failures.ts";

it("keeps of a failure its name, both ends of its message and what differs", () => {
  const message = [...Array(20).keys()].map((number) => `line ${number}`).join("\n");
  const diff = "\u001b[32m- Expected\u001b[39m\n+ Received\n\n  same\n\u001b[32m- a\u001b[39m\n+ b";
  expect(digest("FAILED a test", [{ message, diff }]).split("\n")).toEqual([
    "FAILED a test",
    ...["line 0", "line 1", "line 2", "line 3", "…", "line 18", "line 19", "- a", "+ b"].map((line) => `  ${line}`),
  ]);
});

it("keeps what a command says of the reason, wherever that stands in its output", () => {
  const output = [..."abcdef"].join("\n");
  const told = digest("FAILED a test", [{ message: `${output}\nerror: cp1: no room\n  got: disk full\n${output}` }]);
  expect(told.split("\n").slice(5)).toEqual(
    ["…", "error: cp1: no room", "  got: disk full", "e", "f"].map((line) => `  ${line}`),
  );
});

it("says so when a failure came without an error", () => {
  expect(digest("FAILED a test", [])).toBe("FAILED a test\n  no error was given");
});
