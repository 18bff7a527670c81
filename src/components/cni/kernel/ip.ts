import { runCommand } from "../../../kube/program/run-command.ts";

/** What `ip` shows, as objects; empty when the device that is asked for is not there. */
export async function ipJson<T>(args: readonly string[]): Promise<readonly T[]> {
  const text = await runCommand("ip", ["-json", "-details", ...args], { okExitCodes: [0, 1] });
  return text.trim() === "" ? [] : (JSON.parse(text) as T[]);
}

/** Runs lines of `ip` (or `bridge`) one after the other in one process; none at all when there is nothing to do. */
export async function batch(program: "ip" | "bridge", lines: readonly string[]): Promise<void> {
  if (lines.length > 0) await runCommand(program, ["-batch", "-"], { stdin: `${lines.join("\n")}\n` });
}
