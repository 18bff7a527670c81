import { createTwoFilesPatch, FILE_HEADERS_ONLY } from "diff/lib/patch/create.js";

/** A unified diff with three lines of context, headed by the same name on both sides; empty when the texts are equal. */
export function unifiedDiff(name: string, from: string, to: string): string {
  if (from === to) return "";
  return createTwoFilesPatch(name, name, from, to, undefined, undefined, {
    context: 3,
    headerOptions: FILE_HEADERS_ONLY,
  });
}
