/** Delays that double from `firstMs` to `maxMs`, each made up to `jitter` times longer so that clients don't march in step. */
export class Backoff {
  readonly #settings: { firstMs: number; maxMs: number; jitter: number; random: () => number };
  #failures = 0;

  constructor(settings: { firstMs: number; maxMs: number; jitter?: number; random?: () => number }) {
    this.#settings = { jitter: 0.5, random: Math.random, ...settings };
  }

  /** The next delay, in milliseconds. */
  nextMs(): number {
    const { firstMs, maxMs, jitter, random } = this.#settings;
    const plain = Math.min(maxMs, firstMs * 2 ** this.#failures++);
    return plain * (1 + jitter * random());
  }

  reset(): void {
    this.#failures = 0;
  }
}
