import yargs, { type Argv, type CommandModule } from "yargs";
import { SlipwayError } from "../base/errors.ts";
import { slipwayVersion } from "./slipway-version.ts";
import { withStandardInput } from "./standard-input.ts";

/** The parser of the whole CLI. A mistake in the arguments rejects with a SlipwayError of exit `usage`. */
export function commandLine(argv: readonly string[], commands: readonly CommandModule[]): Argv {
  const parser = yargs(withStandardInput(argv))
    .scriptName("slipway")
    .usage("$0 <command> [options]\n\nTurns Linux hosts that answer on SSH into a working Kubernetes cluster.")
    .parserConfiguration({ "populate--": true })
    .strict()
    .demandCommand(1, "Say what to do; `slipway --help` lists the commands.")
    .recommendCommands()
    .version(slipwayVersion)
    .help()
    .alias("help", "h")
    .wrap(Math.min(120, process.stdout.columns ?? 100))
    .exitProcess(false)
    .fail((message, error) => {
      throw error ?? usageError(message);
    });
  for (const command of commands) parser.command(command);
  return parser;
}

function usageError(message: string): SlipwayError {
  return new SlipwayError({
    code: "USAGE",
    exit: "usage",
    message,
    remedy: "see `slipway --help`, or `slipway <command> --help`",
  });
}
