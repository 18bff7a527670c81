import { constants } from "node:os";
import type { RunResult } from "../host.ts";
import { type Executed, type Execution, execute } from "./execute.ts";
import { TextOutput } from "./text-output.ts";
import type { Transport } from "./transport.ts";

export type Capture = Omit<Execution, "onStdout" | "onStderr" | "deadlineMs"> & {
  readonly deadlineMs?: number | undefined;
  readonly onOutput?: ((stream: "stdout" | "stderr", chunk: string) => void) | undefined;
};

const defaultDeadlineMs = 10 * 60_000;

/** Runs a script to its end and collects what it prints; rejects as `execute` does, not because of an exit code. */
export async function capture(
  transport: Transport,
  { deadlineMs = defaultDeadlineMs, onOutput, ...execution }: Capture,
): Promise<RunResult> {
  const begun = performance.now();
  const stdout = new TextOutput((piece) => onOutput?.("stdout", piece));
  const stderr = new TextOutput((piece) => onOutput?.("stderr", piece));
  const executed = await execute(transport, {
    ...execution,
    deadlineMs,
    onStdout: (chunk) => stdout.push(chunk),
    onStderr: (chunk) => stderr.push(chunk),
  });
  return {
    exitCode: exitCode(executed),
    stdout: stdout.end(),
    stderr: stderr.end(),
    durationMs: performance.now() - begun,
  };
}

/** As sh reports it: 128 and the number of the signal, which SSH gives by name only. */
function exitCode(executed: Executed): number {
  if (executed.kind === "exited") return executed.code;
  return 128 + (constants.signals[executed.signal as NodeJS.Signals] ?? 0);
}
