import { type Output, outputs } from "../render/renderer-for.ts";
import type { SessionOptions } from "./session.ts";

/** A list as kubeadm's users write it: `--phase a,b`, or the option once for each. */
export function nameList(describe: string) {
  const split = (names: readonly string[]) => names.flatMap((one) => one.split(",")).filter(Boolean);
  return { type: "string", array: true, default: [] as string[], coerce: split, describe } as const;
}

/** kubeadm's option of every command that begins with preflight. */
export const preflightOptions = {
  "ignore-preflight-errors": nameList("checks whose errors count as warnings: Swap, NumCPU, ... or all"),
} as const;
export type PreflightArguments = { readonly "ignore-preflight-errors": readonly string[] };

/** Options of every command that runs a workflow on hosts. */
export const sessionOptions = {
  output: {
    alias: "o",
    choices: outputs,
    default: "auto" as const,
    describe: "auto: a task tree on a terminal, else plain lines; json: one event a line (docs/events.md)",
  },
  verbose: { alias: "v", type: "boolean", default: false, describe: "list unchanged resources and every command too" },
  "break-lock": { type: "boolean", default: false, describe: "take a host's lock from a run that is dead" },
  parallel: { type: "number", default: 10, describe: "hosts that are worked on at once" },
  phase: nameList("run only these phases"),
  "skip-phases": nameList("leave these phases out"),
} as const;

export type SessionArguments = {
  readonly output: Output;
  readonly verbose: boolean;
  readonly "break-lock": boolean;
  readonly parallel: number;
  readonly phase: readonly string[];
  readonly "skip-phases": readonly string[];
};

export function sessionOf({ output, verbose, "break-lock": breakLock }: SessionArguments): SessionOptions {
  return { output, verbose, breakLock };
}
