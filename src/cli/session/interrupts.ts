import { exitCodes } from "../../base/errors.ts";

/**
 * The first SIGINT or SIGTERM aborts the signal, so that writes under way end and nothing new begins; the second ends
 * the process at once. `tell` is called on the first.
 */
export function interruptible(tell: () => void): { signal: AbortSignal; stop: () => void } {
  const controller = new AbortController();
  const interrupt = () => {
    if (controller.signal.aborted) process.exit(exitCodes.interrupted);
    controller.abort(new Error("interrupted"));
    tell();
  };
  process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
  return { signal: controller.signal, stop: () => process.off("SIGINT", interrupt).off("SIGTERM", interrupt) };
}
