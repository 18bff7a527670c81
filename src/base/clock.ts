import { timerDelay } from "./timer-delay.ts";

/** Time as a program is given it: a test passes one that it moves by itself. */
export type Clock = {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Calls once after a delay in milliseconds; the function that is returned calls it off. */
  readonly after: (delayMs: number, call: () => void) => () => void;
};

/** The machine's own clock. */
export const systemClock: Clock = {
  now: Date.now,
  after: (delayMs, call) => {
    const timer = setTimeout(call, timerDelay(Math.max(delayMs, 0)));
    return () => clearTimeout(timer);
  },
};
