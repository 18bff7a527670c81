import { execa } from "execa";
import { defaultHome, labPaths, layoutOf } from "./layout.ts";
import { hostAddress } from "./network/addresses.ts";
import { shellWord, sshArgv } from "./ssh.ts";
import { requireHost, requireState } from "./view.ts";

export type ExecTarget = { readonly name: string; readonly host: string; readonly home?: string | undefined };
export type ExecResult = { readonly exitCode: number; readonly stdout: string; readonly stderr: string };

/** Runs a command as root on a host of a lab, over SSH, and gives what it wrote; any exit code resolves (255: ssh's own). */
export async function labExec(target: ExecTarget, argv: readonly string[], input = ""): Promise<ExecResult> {
  const [program = "", ...rest] = [...(await sshTo(target)), ...argv.map(shellWord)];
  const { exitCode = 255, stdout, stderr } = await execa(program, rest, { reject: false, input });
  return { exitCode, stdout, stderr };
}

/** The same on this process's own terminal; without a command, a login shell. Gives the exit code. */
export async function labSsh(target: ExecTarget, argv: readonly string[] = []): Promise<number> {
  const [program = "", ...rest] = [...(await sshTo(target)), ...argv.map(shellWord)];
  const { exitCode = 255 } = await execa(program, rest, { reject: false, stdio: "inherit" });
  return exitCode;
}

async function sshTo({ name, host, home }: ExecTarget): Promise<readonly string[]> {
  const layout = layoutOf(home ?? defaultHome);
  const state = await requireState(layout, name);
  return sshArgv(labPaths(layout, name), hostAddress(state.subnet, requireHost(state, host).ordinal));
}
