import type { CommandModule } from "yargs";
import { slipwayVersion } from "../slipway-version.ts";

type Arguments = { readonly output: "text" | "json" | "short" };

export const version: CommandModule<object, Arguments> = {
  command: "version",
  describe: "Print the versions of Slipway and what it installs",
  builder: (yargs) =>
    yargs.option("output", {
      alias: "o",
      choices: ["text", "short", "json"] as const,
      default: "text" as const,
      describe: "how to print",
    }),
  handler: ({ output }) => {
    const versions = { slipway: slipwayVersion, node: process.versions.node };
    const texts = {
      text: Object.entries(versions)
        .map(([name, value]) => `${name} ${value}\n`)
        .join(""),
      short: `${slipwayVersion}\n`,
      json: `${JSON.stringify(versions)}\n`,
    };
    process.stdout.write(texts[output]);
  },
};
