import type { CommandModule } from "yargs";
import { type LabUpOptions, labUp } from "../../lab/lab.ts";
import type { Lab } from "../../lab/view.ts";
import { type LabArguments, labOptions, outputOption } from "./lab-options.ts";

type Arguments = LabArguments & {
  readonly "control-planes": number;
  readonly workers: number;
  readonly "with-packages": readonly string[];
  readonly release: string;
  readonly install: boolean;
  readonly output: "text" | "json";
};

export const labUpCommand: CommandModule<object, Arguments> = {
  command: "up",
  describe: "Make the hosts, or boot those that are off, and wait until all answer SSH",
  builder: (yargs) =>
    yargs.options({
      ...labOptions(),
      ...outputOption,
      "control-planes": { type: "number", default: 1, describe: "hosts named cp1, cp2, …" },
      workers: { type: "number", default: 2, describe: "hosts named worker1, worker2, …" },
      "with-packages": {
        type: "string",
        array: true,
        default: [] as string[],
        describe: "Debian packages to bake in; `node` stands for a container runtime and what belongs to it",
      },
      release: { type: "string", default: "bookworm", describe: "Debian release of the hosts" },
      install: { type: "boolean", default: false, describe: "install Debian packages that this machine lacks" },
    }),
  handler: async (argv) => {
    const lab = await labUp(optionsOf(argv));
    process.stdout.write(argv.output === "json" ? `${JSON.stringify(lab, null, 2)}\n` : summary(lab));
  },
};

function optionsOf(argv: Arguments): LabUpOptions {
  return {
    name: argv.name,
    home: argv.home,
    controlPlanes: argv["control-planes"],
    workers: argv.workers,
    packages: argv["with-packages"].flatMap((names) => names.split(",")).filter(Boolean),
    release: argv.release,
    install: argv.install,
    report: (text) => process.stderr.write(`${text}\n`),
  };
}

function summary({ name, dir, clusterFile, hosts }: Lab): string {
  return [
    ...hosts.map((host) => `${host.name.padEnd(10)} ${host.role.padEnd(14)} ${host.address}`),
    `folder        ${dir}`,
    `cluster file  ${clusterFile}`,
    `a shell       slipway lab ssh ${hosts[0]?.name ?? "HOST"} --name ${name}`,
    `take it down  slipway lab down --name ${name}`,
    "",
  ].join("\n");
}
