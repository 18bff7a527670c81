/** A time-out for each step of something, which stands still while our own side is to blame. */
export class StepClock {
  readonly #withinMs: number;
  readonly #onTimeout: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(withinMs: number, onTimeout: () => void) {
    this.#withinMs = withinMs;
    this.#onTimeout = onTimeout;
    this.#start();
  }

  async pausedFor<T>(work: Promise<T>): Promise<T> {
    const isRunning = this.#timer !== undefined;
    clearTimeout(this.#timer);
    try {
      return await work;
    } finally {
      if (isRunning && this.#timer !== undefined) this.#start();
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #start(): void {
    this.#timer = setTimeout(this.#onTimeout, this.#withinMs);
  }
}
