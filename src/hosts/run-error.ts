import { SlipwayError } from "../base/errors.ts";
import type { RunResult } from "./host.ts";

/** A command that ended with an exit code that was not asked for (code COMMAND_FAILED). */
export class RunError extends SlipwayError {
  readonly result: RunResult;

  constructor(place: { host: string; tried: string; result: RunResult }) {
    const { host, tried, result } = place;
    const said = lastLines(result.stderr.trim() || result.stdout.trim());
    super({
      code: "COMMAND_FAILED",
      exit: "hostStep",
      message: `the command ended with exit code ${result.exitCode}`,
      host,
      tried,
      got: said || "no output",
    });
    this.result = result;
  }
}

function lastLines(text: string): string {
  return text.split("\n").slice(-20).join("\n");
}
