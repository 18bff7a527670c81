import type { CommandModule } from "yargs";
import { labDown } from "../../lab/lab.ts";
import { type LabArguments, labOptions } from "./lab-options.ts";

export const labDownCommand: CommandModule<object, LabArguments> = {
  command: "down",
  describe: "Remove the lab: hosts, network, mounts and files",
  builder: (yargs) => yargs.options(labOptions()),
  handler: ({ name, home }) => labDown({ name, home, report: (text) => process.stderr.write(`${text}\n`) }),
};
