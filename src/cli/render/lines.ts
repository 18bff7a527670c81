import { redact } from "../../base/redact.ts";
import { eventLines } from "./event-lines.ts";
import { painter } from "./paint.ts";
import type { Renderer, Screen } from "./renderer.ts";
import { summaryLines } from "./summary-lines.ts";

/** Plain lines, each headed by its host, as things happen. */
export function linesRenderer({ write, hasColor, isVerbose }: Screen): Renderer {
  const paint = painter(hasColor);
  const print = (lines: readonly string[]) => write(lines.map((line) => `${redact(line)}\n`).join(""));
  return {
    show: (event) => print(eventLines(event, { paint, isVerbose })),
    finish: async (summary) => {
      if (summary) print(summaryLines(summary, paint));
    },
  };
}
