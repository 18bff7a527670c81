import { RE2JS } from "re2js";

/** Longer texts are not matched: in the worst case the time taken grows with the text times the pattern. */
export const maxMatchedLength = 32 * 1024;
const maxCompiled = 1000;
const compiled = new Map<string, RE2JS | undefined>();

/** Why a pattern is none; Go's syntax, which has no look-around and no back references. */
export function patternProblem(pattern: string): string | undefined {
  try {
    RE2JS.compile(pattern);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Whether a part of the text matches, in time linear in the text; nothing matches a pattern that is none. */
export function matchesPattern(pattern: string, text: string): boolean {
  return compiledOf(pattern)?.matcher(text).find() ?? false;
}

function compiledOf(pattern: string): RE2JS | undefined {
  if (compiled.has(pattern)) return compiled.get(pattern);
  if (compiled.size >= maxCompiled) compiled.clear();
  const made = patternProblem(pattern) === undefined ? RE2JS.compile(pattern) : undefined;
  compiled.set(pattern, made);
  return made;
}
