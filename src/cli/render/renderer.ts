import type { RunEvent } from "../../phases/engine/event.ts";
import type { RunSummary } from "../../phases/engine/run/run-summary.ts";

/** A screen: it is told of events and ends with the summary, if the run came to one. */
export interface Renderer {
  show(event: RunEvent): void;
  finish(summary?: RunSummary): Promise<void>;
}

export type Screen = {
  readonly write: (text: string) => void;
  readonly hasColor: boolean;
  readonly isVerbose: boolean;
};
