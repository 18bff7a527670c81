import { redact } from "../../base/redact.ts";
import type { Renderer, Screen } from "./renderer.ts";

/** One event a line; commands and unchanged resources only with -v. */
export function jsonRenderer({ write, isVerbose }: Screen): Renderer {
  return {
    show: (event) => {
      const isDetail = event.kind === "command" || (event.kind === "resource" && event.outcome === "unchanged");
      if (isVerbose || !isDetail) write(`${redact(JSON.stringify(event))}\n`);
    },
    finish: async () => {},
  };
}
