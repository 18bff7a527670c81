import { exitCodes, messageOf, SlipwayError } from "../base/errors.ts";
import { redact } from "../base/redact.ts";

/** Tells what was thrown on stderr and sets the exit code of its kind. */
export function endWith(thrown: unknown): void {
  process.stderr.write(`error: ${redact(thrown instanceof SlipwayError ? thrown.message : explainBug(thrown))}\n`);
  process.exitCode = thrown instanceof SlipwayError ? exitCodes[thrown.details.exit] : exitCodes.failure;
}

function explainBug(thrown: unknown): string {
  const stack = thrown instanceof Error ? thrown.stack : undefined;
  return `${stack ?? messageOf(thrown)}\n  to do: this is a bug of Slipway, please report it`;
}
