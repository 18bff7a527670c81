import { expect, it } from "vitest";
import { pauseProgram } from "../../../src/runtime/images/pause.ts";
import { stripElf } from "../../../src/runtime/images/strip-elf.ts";

it("cuts what lies behind the last segment and forgets the section headers", () => {
  const program = Buffer.from(pauseProgram());
  const withSections = Buffer.concat([program, Buffer.from("debug information")]);
  withSections.writeBigUInt64LE(BigInt(program.length), 40);
  withSections.writeUInt16LE(3, 60);
  expect(Buffer.from(stripElf(withSections)).equals(program)).toBe(true);
});

it("leaves alone what is not an ELF64 program", () => {
  const script = Buffer.from("#!/bin/sh\necho this is a script that is longer than an ELF header would be\n");
  expect(stripElf(script)).toBe(script);
});
