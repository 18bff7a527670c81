import type { CommandModule } from "yargs";
import { lazyCommand } from "./lazy-command.ts";

/** Every command of the CLI, in the order of its help; one line each, the code in commands/. */
export const commands: readonly CommandModule[] = [
  lazyCommand(
    "lab",
    "Make and drive throwaway hosts on this machine",
    async () => (await import("./commands/lab.ts")).lab,
  ),
  lazyCommand(
    "version",
    "Print the versions of Slipway and what it installs",
    async () => (await import("./commands/version.ts")).version,
  ),
];
