import { randomBytes } from "node:crypto";
import { homedir } from "node:os";
import { exitCodes } from "../../base/errors.ts";
import type { Surroundings } from "../../hosts/surroundings.ts";
import { stamped } from "../../phases/engine/event.ts";
import { exitKindOf, type RunSummary } from "../../phases/engine/run/run-summary.ts";
import type { WorkflowRun } from "../../phases/engine/run/workflow-run.ts";
import { endWith } from "../exit.ts";
import { type Output, rendererFor } from "../render/renderer-for.ts";
import { logFolder } from "./folders.ts";
import { isDeadHere, runName, thisOwner } from "./identity.ts";
import { interruptible } from "./interrupts.ts";
import { LogFile } from "./log-file.ts";
import { operator } from "./operator.ts";

/** What a command needs to run a workflow: the part of a WorkflowRun that is about this process, and what hosts are reached with. */
export type Session = Pick<WorkflowRun<never>, "report" | "signal" | "now" | "lock"> & {
  readonly run: string;
  readonly around: Surroundings;
};

export type SessionOptions = {
  readonly output: Output;
  readonly verbose: boolean;
  readonly breakLock: boolean;
  /** `plan` ends with 2 when there are changes. */
  readonly detailedExitcode?: boolean;
};

/** Runs one workflow with screen, log file and interrupts around it, and sets the exit code. */
export async function runSession(
  options: SessionOptions,
  work: (session: Session) => Promise<RunSummary>,
): Promise<void> {
  const now = () => new Date();
  const run = runName(now(), randomBytes(2).toString("hex"));
  const log = new LogFile(logFolder(process.env, homedir()), run);
  const renderer = await rendererFor(options, process);
  const report = stamped(run, now, (event) => {
    log.write(event);
    renderer.show(event);
  });
  const interrupts = interruptible(() =>
    report({ kind: "note", text: "interrupted: finishing the writes under way; once more to stop at once" }),
  );
  const lock = { owner: thisOwner(run, now()), isDead: isDeadHere, isBreaking: options.breakLock };
  const around = operator(interrupts.signal);
  try {
    const summary = await work({ run, report, signal: interrupts.signal, now, lock, around });
    await renderer.finish(summary);
    process.exitCode = exitCodeOf(summary, options);
  } catch (thrown) {
    await renderer.finish();
    log.line(thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown));
    endWith(thrown);
  } finally {
    interrupts.stop();
    log.close();
    if (process.exitCode !== 0 && options.output !== "json") tellLog(log.path);
  }
}

function exitCodeOf(summary: RunSummary, { detailedExitcode = false }: SessionOptions): number {
  const kind = exitKindOf(summary);
  if (kind === "ok" && detailedExitcode && summary.changes > 0) return exitCodes.changesPending;
  return exitCodes[kind];
}

function tellLog(path: string): void {
  if (process.exitCode !== exitCodes.changesPending) process.stderr.write(`log: ${path}\n`);
}
