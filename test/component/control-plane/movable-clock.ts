import type { Clock } from "../../../src/base/clock.ts";

/** The machine's time, which a test can move ahead: whatever waits for a moment in between is called at once. */
export class MovableClock implements Clock {
  #aheadMs = 0;
  readonly #waiting = new Set<{ atMs: number; readonly arm: () => void }>();

  readonly now = (): number => Date.now() + this.#aheadMs;

  readonly after = (delayMs: number, call: () => void): (() => void) => {
    const atMs = this.now() + delayMs;
    let timer: NodeJS.Timeout;
    const fire = () => {
      this.#waiting.delete(waiting);
      call();
    };
    const arm = () => {
      clearTimeout(timer);
      timer = setTimeout(fire, Math.min(Math.max(0, atMs - this.now()), 2 ** 31 - 1));
    };
    const waiting = { atMs, arm };
    this.#waiting.add(waiting);
    arm();
    return () => {
      clearTimeout(timer);
      this.#waiting.delete(waiting);
    };
  };

  moveTo(timeMs: number): void {
    this.#aheadMs = timeMs - Date.now();
    for (const { arm } of this.#waiting) arm();
  }
}
