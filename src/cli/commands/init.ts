import type { CommandModule } from "yargs";
import { initOptions, initRunOptions } from "../init-options.ts";
import { lazyCommand } from "../lazy-command.ts";
import { hostOptions } from "../one-host.ts";
import { preflightOptions, sessionOptions } from "../session/session-options.ts";
import type { InitArguments } from "./run-init.ts";

export const init: CommandModule<object, InitArguments> = {
  command: "init",
  describe: "Make a host the first control plane of a cluster",
  builder: (yargs) =>
    yargs
      .options({ ...initOptions, ...initRunOptions, ...hostOptions, ...sessionOptions, ...preflightOptions })
      .command(
        lazyCommand(
          "phase <name> [part]",
          "Run one phase of init, by kubeadm's name",
          async () => (await import("./init-phase.ts")).initPhase,
        ),
      )
      .example("slipway init", "this machine, as root")
      .example("slipway init --host root@192.0.2.11", "a host, by SSH") as never,
  handler: async (argv) => (await import("./run-init.ts")).runInit(argv),
};
