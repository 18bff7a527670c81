import type { CommandModule } from "yargs";
import { type LabStatus, labList } from "../../lab/lab.ts";
import { table } from "../render/table.ts";
import { type LabArguments, labOptions, outputOption } from "./lab-options.ts";

type Arguments = Pick<LabArguments, "home"> & { readonly output: "text" | "json" };

export const labListCommand: CommandModule<object, Arguments> = {
  command: "list",
  describe: "Show the labs of this machine and their hosts",
  builder: (yargs) => yargs.options({ home: labOptions().home, ...outputOption }),
  handler: async ({ home, output }) => {
    const labs = await labList(home);
    process.stdout.write(output === "json" ? `${JSON.stringify(labs, null, 2)}\n` : table(labs.flatMap(rows)));
  },
};

function rows({ name, hosts, running }: LabStatus): string[][] {
  return hosts.map((host) => [name, host.name, host.role, host.address, running.includes(host.name) ? "on" : "off"]);
}
