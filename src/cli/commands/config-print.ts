import { hostname } from "node:os";
import type { CommandModule } from "yargs";
import { clusterJsonSchema } from "../../config/cluster/json-schema.ts";
import { clusterSkeleton } from "../../config/cluster/skeleton.ts";
import {
  type ComponentKind,
  componentKinds,
  printInitDefaults,
  printJoinDefaults,
  printResetDefaults,
  printUpgradeDefaults,
} from "../../config/kubeadm/defaults/print-defaults.ts";

type Arguments = { readonly what: keyof typeof printouts; readonly "component-configs": readonly string[] };

const printouts = {
  cluster: clusterSkeleton,
  "cluster-schema": () => `${JSON.stringify(clusterJsonSchema(), null, 2)}\n`,
  "init-defaults": (argv: Arguments) => printInitDefaults(componentsOf(argv)),
  "join-defaults": () => printJoinDefaults(hostname()),
  "reset-defaults": printResetDefaults,
  "upgrade-defaults": printUpgradeDefaults,
} as const;

export const configPrint: CommandModule<object, Arguments> = {
  command: "print <what>",
  describe: "Print a commented cluster file, the JSON Schema that editors complete it by, or kubeadm's kinds",
  builder: (yargs) =>
    yargs
      .positional("what", {
        choices: Object.keys(printouts) as (keyof typeof printouts)[],
        demandOption: true,
        describe: "what to print",
      })
      .option("component-configs", {
        type: "string",
        array: true,
        default: [] as string[],
        describe: `with init-defaults: ${componentKinds.join(", ")}`,
      })
      .check((argv) => unknownComponents(argv) || true),
  handler: (argv) => {
    process.stdout.write(printouts[argv.what](argv));
  },
};

function componentsOf(argv: Pick<Arguments, "component-configs">): readonly ComponentKind[] {
  const asked = argv["component-configs"].flatMap((names) => names.split(","));
  return componentKinds.filter((kind) => asked.includes(kind));
}

function unknownComponents(argv: { readonly "component-configs": readonly string[] }): string {
  const asked = argv["component-configs"].flatMap((names) => names.split(",")).filter((name) => name !== "");
  const unknown = asked.filter((name) => !componentKinds.some((kind) => kind === name));
  return unknown.length > 0 ? `--component-configs knows ${componentKinds.join(", ")}, not ${unknown.join(", ")}` : "";
}
