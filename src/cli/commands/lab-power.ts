import type { CommandModule } from "yargs";
import { labPowerOff, labPowerOn, labReboot, type PowerOptions } from "../../lab/power.ts";
import { type LabArguments, labOptions } from "./lab-options.ts";

type Arguments = LabArguments & { readonly hosts: readonly string[] };

const powerCommand = (
  verb: string,
  describe: string,
  work: (options: PowerOptions) => Promise<void>,
): CommandModule<object, Arguments> => ({
  command: `${verb} [hosts..]`,
  describe,
  builder: (yargs) =>
    yargs
      .positional("hosts", { type: "string", array: true, default: [] as string[], describe: "all hosts unless given" })
      .options(labOptions()),
  handler: ({ name, home, hosts }) => work({ name, home, hosts }),
});

export const labRebootCommand = powerCommand("reboot", "Shut hosts down in order and boot them again", labReboot);
export const labPowerOffCommand = powerCommand("power-off", "Kill hosts as a pulled plug would", labPowerOff);
export const labPowerOnCommand = powerCommand("power-on", "Boot hosts that are off", labPowerOn);
