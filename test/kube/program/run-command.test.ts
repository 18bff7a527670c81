import { expect, it } from "vitest";
import { runCommand } from "../../../src/kube/program/run-command.ts";

it("gives what a command says, and rejects with what it complains of", async () => {
  expect(await runCommand("cat", [], { stdin: "hello" })).toBe("hello");
  expect(await runCommand("sh", ["-c", "echo one; exit 1"], { okExitCodes: [0, 1] })).toBe("one\n");
  await expect(runCommand("sh", ["-c", "echo no >&2; exit 3"])).rejects.toThrow(/exit code 3: no$/);
  await expect(runCommand("/no/such/program", [])).rejects.toThrow("ENOENT");
});

it("kills a command that hangs", async () => {
  await expect(runCommand("sleep", ["1000"], { withinMs: 50 })).rejects.toThrow("sleep 1000: SIGKILL");
});
