import type { CommandModule } from "yargs";

/**
 * A command whose code is loaded only when it is called: `slipway --help` stays quick however many commands there are.
 * `usage` is the command with its positionals, as yargs spells them: `join [endpoint]`.
 */
export function lazyCommand<U>(
  usage: string,
  describe: string,
  load: () => Promise<CommandModule<object, U>>,
): CommandModule {
  return {
    command: usage,
    describe,
    builder: async (yargs) => {
      const { builder } = await load();
      if (typeof builder === "function") return builder(yargs);
      return builder ? yargs.options(builder) : yargs;
    },
    handler: async (argv) => (await load()).handler(argv as never),
  };
}
