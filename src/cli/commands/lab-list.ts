import type { CommandModule } from "yargs";
import { type LabStatus, labList } from "../../lab/lab.ts";
import { type LabArguments, labOptions, outputOption } from "./lab-options.ts";

type Arguments = Pick<LabArguments, "home"> & { readonly output: "text" | "json" };

export const labListCommand: CommandModule<object, Arguments> = {
  command: "list",
  describe: "Show the labs of this machine and their hosts",
  builder: (yargs) => yargs.options({ home: labOptions().home, ...outputOption }),
  handler: async ({ home, output }) => {
    const labs = await labList(home);
    process.stdout.write(output === "json" ? `${JSON.stringify(labs, null, 2)}\n` : labs.map(lines).join(""));
  },
};

function lines({ name, hosts, running }: LabStatus): string {
  return hosts
    .map((host) => [
      name.padEnd(16),
      host.name.padEnd(10),
      host.role.padEnd(14),
      host.address.padEnd(14),
      powerOf(host.name),
    ])
    .map((cells) => `${cells.join(" ")}\n`)
    .join("");

  function powerOf(host: string): string {
    return running.includes(host) ? "on" : "off";
  }
}
