import type { CommandModule } from "yargs";
import { labDownCommand } from "./lab-down.ts";
import { labExecCommand, labSshCommand } from "./lab-exec.ts";
import { labListCommand } from "./lab-list.ts";
import { labUpCommand } from "./lab-up.ts";

/** `slipway lab`: throwaway hosts on this machine. */
export const lab: CommandModule = {
  command: "lab",
  describe: "Make and drive throwaway hosts on this machine",
  builder: (yargs) =>
    yargs
      .command(labUpCommand)
      .command(labListCommand)
      .command(labSshCommand)
      .command(labExecCommand)
      .command(labDownCommand)
      .demandCommand(1, "Say what to do with the lab: up, list, ssh, exec or down."),
  handler: () => {},
};
