import { parseDuration } from "../../../base/duration.ts";
import { CorefileError, type Directive } from "./corefile.ts";

/** The first argument of an option in a plugin's block. */
export function argOf({ block }: Directive, name: string): string | undefined {
  return block.find((one) => one.name === name)?.args[0];
}

export function hasOption({ block }: Directive, name: string): boolean {
  return block.some((one) => one.name === name);
}

/** Throws naming the first option that is not among those served. */
export function refuseUnknown({ name, block }: Directive, served: readonly string[]): void {
  const unknown = block.find((one) => !served.includes(one.name));
  if (unknown)
    throw new CorefileError(
      `line ${unknown.line}: option ${unknown.name} of ${name} is not served; known are ${served.join(", ")}`,
    );
}

/** Milliseconds of an option such as `lameduck 5s`. */
export function durationOf(directive: Directive, name: string, otherwise: number): number {
  const text = argOf(directive, name);
  if (text === undefined) return otherwise;
  const ms = parseDuration(text);
  if (ms === undefined) throw new CorefileError(`line ${directive.line}: ${name} ${text} is no duration such as 5s`);
  return ms;
}

/** A whole number of an option such as `max_fails 2`. */
export function numberOf(directive: Directive, name: string, otherwise: number): number {
  const text = argOf(directive, name);
  return text === undefined ? otherwise : wholeNumber(text, directive);
}

export function wholeNumber(text: string, { line }: Directive): number {
  if (!/^\d+$/.test(text)) throw new CorefileError(`line ${line}: ${text} is no number`);
  return Number(text);
}
