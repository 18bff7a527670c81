import type { CommandModule } from "yargs";
import { labCut, labHeal } from "../../lab/links.ts";
import { type LabArguments, labOptions } from "./lab-options.ts";

type CutArguments = LabArguments & { readonly one: string; readonly other: string };
type HealArguments = LabArguments & { readonly one?: string | undefined; readonly other?: string | undefined };

const end = "a host's name, or `operator` for this machine";

export const labCutCommand: CommandModule<object, CutArguments> = {
  command: "cut <one> <other>",
  describe: "Drop all packets between two hosts",
  builder: (yargs) =>
    yargs
      .positional("one", { type: "string", demandOption: true, describe: end })
      .positional("other", { type: "string", demandOption: true, describe: end })
      .options(labOptions()),
  handler: ({ name, home, one, other }) => labCut({ name, home }, [one, other]),
};

export const labHealCommand: CommandModule<object, HealArguments> = {
  command: "heal [one] [other]",
  describe: "Undo one cut, or all of them",
  builder: (yargs) =>
    yargs
      .positional("one", { type: "string", describe: end })
      .positional("other", { type: "string", describe: end })
      .check(({ one, other }) => (one === undefined) === (other === undefined) || "Name both ends of the cut, or none.")
      .options(labOptions()),
  handler: ({ name, home, one, other }) =>
    labHeal({ name, home }, one !== undefined && other !== undefined ? [one, other] : undefined),
};
