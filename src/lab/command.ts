import { execa } from "execa";
import { SlipwayError } from "../base/errors.ts";
import { lastLines } from "./last-lines.ts";

export type CommandOptions = {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
};

/** Runs a program of this machine and gives its standard output; fails with LAB_COMMAND_FAILED and the last lines it wrote. */
export async function run(argv: readonly string[], { input, env, signal }: CommandOptions = {}): Promise<string> {
  const [program = "", ...rest] = argv;
  const result = await execa(program, rest, {
    reject: false,
    env: env ?? {},
    ...(input === undefined ? { stdin: "ignore" as const } : { input }),
    ...(signal ? { cancelSignal: signal } : {}),
  });
  if (!result.failed) return result.stdout;
  signal?.throwIfAborted();
  throw new SlipwayError(
    {
      code: "LAB_COMMAND_FAILED",
      exit: "failure",
      message: `${program} failed`,
      tried: argv.join(" "),
      got: lastLines(result.stderr || result.stdout || result.shortMessage || "", 15),
      remedy: "read what it wrote; `slipway lab down` takes away what is there",
    },
    { cause: result },
  );
}
