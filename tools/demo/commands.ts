import { execa } from "execa";

/** Runs a command before the viewer's eyes: its own line first, then what it writes. */
export async function show([program = "", ...rest]: readonly string[]): Promise<void> {
  const shown = [program, ...rest].map((word) => word.replace(/^.*\/bin\/slipway$/, "slipway"));
  process.stdout.write(`\n$ ${shown.join(" ")}\n`);
  await execa(program, rest, { stdio: "inherit" });
}

/** Runs a command quietly and gives what it wrote. */
export async function capture([program = "", ...rest]: readonly string[], input = ""): Promise<string> {
  const { stdout } = await execa(program, rest, { input });
  return stdout;
}
