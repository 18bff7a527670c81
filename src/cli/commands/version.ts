import type { CommandModule } from "yargs";
import {
  coreDnsTag,
  defaultKubernetesVersion,
  embeddedRepository,
  etcdTag,
  pauseTag,
} from "../../config/kubeadm/distribution.ts";
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
    const versions = {
      slipway: slipwayVersion,
      kubernetes: defaultKubernetesVersion,
      etcd: etcdTag(embeddedRepository),
      coredns: coreDnsTag,
      pause: pauseTag,
      node: process.versions.node,
    };
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
