import type { CommandModule } from "yargs";
import { labSsh } from "../../lab/exec.ts";
import { type LabArguments, labOptions } from "./lab-options.ts";

type SshArguments = LabArguments & { readonly host: string };
/** What follows `--` is not ours to parse; yargs puts it under "--" (populate--). */
type ExecArguments = SshArguments & { readonly command: readonly string[]; readonly "--"?: readonly string[] };

export const labSshCommand: CommandModule<object, SshArguments> = {
  command: "ssh <host>",
  describe: "Open a root shell on a host of the lab",
  builder: (yargs) =>
    yargs
      .positional("host", { type: "string", demandOption: true, describe: "the host's name, such as cp1" })
      .options(labOptions()),
  handler: async ({ name, home, host }) => {
    process.exitCode = await labSsh({ name, home, host });
  },
};

export const labExecCommand: CommandModule<object, ExecArguments> = {
  command: "exec <host> [command..]",
  describe: "Run a command as root on a host: slipway lab exec cp1 -- systemctl status",
  builder: (yargs) =>
    yargs
      .positional("host", { type: "string", demandOption: true, describe: "the host's name, such as cp1" })
      .positional("command", { type: "string", array: true, default: [] as string[], describe: "what to run" })
      .options(labOptions()),
  handler: async ({ name, home, host, command, "--": rest = [] }) => {
    process.exitCode = await labSsh({ name, home, host }, [...command, ...rest]);
  },
};
