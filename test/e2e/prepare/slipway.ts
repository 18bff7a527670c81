import { spawn } from "node:child_process";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { bounded } from "../fixtures/bounded.ts";

const launcher = join(import.meta.dirname, "..", "..", "..", "bin", "slipway");

/** The phases of these tests: what prepares a host, without runtime and kubelet. */
export const phases = "preflight,environment,hooks,prepare,files";

export type Ended = { readonly exitCode: number | null; readonly stdout: string; readonly stderr: string };
export type Running = {
  /** Resolves when the output has this text, or ends. */
  readonly said: (text: string) => Promise<void>;
  readonly kill: (signal: NodeJS.Signals) => void;
  readonly ended: Promise<Ended>;
};

/** Starts the CLI as a user would. */
export function start(...argv: readonly string[]): Running {
  const child = spawn(launcher, argv, { stdio: ["ignore", "pipe", "pipe"], ...bounded });
  const exited = new Promise<number | null>((resolve, reject) => child.once("exit", resolve).once("error", reject));
  const said = (wanted: string) =>
    new Promise<void>((resolve) => {
      let output = "";
      child.stdout.once("end", resolve).on("data", (chunk) => {
        output += chunk;
        if (output.includes(wanted)) resolve();
      });
    });
  const ended = Promise.all([exited, text(child.stdout), text(child.stderr)]).then(([exitCode, stdout, stderr]) => ({
    exitCode,
    stdout,
    stderr,
  }));
  return { said, kill: (signal) => child.kill(signal), ended };
}

export function slipway(...argv: readonly string[]): Promise<Ended> {
  return start(...argv).ended;
}
