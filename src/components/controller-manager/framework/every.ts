import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../../../base/errors.ts";
import type { ControllerContext } from "./controller.ts";

/** Calls now and then each `periodMs` until the controllers stop; a failure is logged and the next call comes in time. */
export function every(
  { signal, log, name }: ControllerContext,
  periodMs: number,
  call: () => Promise<void> | void,
): void {
  const loop = async () => {
    while (!signal.aborted) {
      try {
        await call();
      } catch (thrown) {
        if (!signal.aborted) log("E", "periodic pass failed", { controller: name, error: messageOf(thrown) });
      }
      await sleep(periodMs, undefined, { signal }).catch(() => undefined);
    }
  };
  void loop();
}
