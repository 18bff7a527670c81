import { expect, it } from "vitest";
import { withNodeFlag } from "../../../src/runtime/images/programs.ts";

it("puts a flag behind the interpreter's name and leaves the program as it is", () => {
  const program = Buffer.from("#!/usr/local/bin/node\nconsole.log(1)\n");
  expect(String(withNodeFlag(program, "--flag=1"))).toBe("#!/usr/local/bin/node --flag=1\nconsole.log(1)\n");
});
