import type { CommandModule } from "yargs";
import { clusterJsonSchema } from "../../config/cluster/json-schema.ts";
import { clusterSkeleton } from "../../config/cluster/skeleton.ts";

const printouts = {
  cluster: clusterSkeleton,
  "cluster-schema": () => `${JSON.stringify(clusterJsonSchema(), null, 2)}\n`,
} as const;

type Arguments = { readonly what: keyof typeof printouts };

export const configPrint: CommandModule<object, Arguments> = {
  command: "print <what>",
  describe: "Print a commented cluster file, or the JSON Schema that editors complete it by",
  builder: (yargs) =>
    yargs.positional("what", {
      choices: Object.keys(printouts) as (keyof typeof printouts)[],
      demandOption: true,
      describe: "what to print",
    }),
  handler: ({ what }) => {
    process.stdout.write(printouts[what]());
  },
};
