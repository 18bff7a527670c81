import type { CommandModule } from "yargs";
import { labDownCommand } from "./lab-down.ts";
import { labExecCommand, labSshCommand } from "./lab-exec.ts";
import { labCutCommand, labHealCommand } from "./lab-links.ts";
import { labListCommand } from "./lab-list.ts";
import { labPowerOffCommand, labPowerOnCommand, labRebootCommand } from "./lab-power.ts";
import { labUpCommand } from "./lab-up.ts";
import { labVagrantfileCommand } from "./lab-vagrantfile.ts";

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
      .command(labRebootCommand)
      .command(labPowerOffCommand)
      .command(labPowerOnCommand)
      .command(labCutCommand)
      .command(labHealCommand)
      .command(labDownCommand)
      .command(labVagrantfileCommand)
      .demandCommand(1, "Say what to do with the lab; `slipway lab --help` lists it."),
  handler: () => {},
};
