import type { CommandModule } from "yargs";
import { initOptions } from "../init-options.ts";
import { lazyCommand } from "../lazy-command.ts";
import { hostOptions } from "../one-host.ts";
import { preflightOptions, sessionOptions } from "../session/session-options.ts";
import type { InitArguments } from "./run-init.ts";

const options = {
  ...initOptions,
  "upload-certs": {
    type: "boolean",
    default: false,
    describe: "share the certificates with further control planes, sealed, for two hours",
  },
  "certificate-key": { type: "string", describe: "what to seal them with; a random key unless given" },
  "skip-certificate-key-print": { type: "boolean", default: false, describe: "do not print that key" },
  "skip-token-print": { type: "boolean", default: false, describe: "do not print the join command with its token" },
  "dry-run": { type: "boolean", default: false, describe: "print what would change, and change nothing" },
} as const;

export const init: CommandModule<object, InitArguments> = {
  command: "init",
  describe: "Make a host the first control plane of a cluster",
  builder: (yargs) =>
    yargs
      .options({ ...options, ...hostOptions, ...sessionOptions, ...preflightOptions })
      .command(
        lazyCommand(
          "phase <area> <part>",
          "Write what one phase of init writes, without a cluster: certs, kubeconfig, control-plane or etcd",
          async () => (await import("./init-phase.ts")).initPhase,
        ),
      )
      .example("slipway init", "this machine, as root")
      .example("slipway init --host root@192.0.2.11", "a host, by SSH") as never,
  handler: async (argv) => (await import("./run-init.ts")).runInit(argv),
};
