type Expected = { creations: number; deletions: Set<string>; setAtMs: number };

const forgottenAfterMs = 5 * 60_000;

/**
 * What a controller did that its cache does not show yet: until everything is seen it must not act again on that key
 * (client-go's ControllerExpectations).
 */
export class Expectations {
  readonly #expected = new Map<string, Expected>();
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** True when the cache has caught up, or so much time has passed that the watch must have missed something. */
  satisfied(key: string): boolean {
    const one = this.#expected.get(key);
    if (!one) return true;
    return (one.creations <= 0 && one.deletions.size === 0) || this.#now() - one.setAtMs > forgottenAfterMs;
  }

  expectCreations(key: string, count: number): void {
    this.#fresh(key).creations = count;
  }

  expectDeletions(key: string, keys: readonly string[]): void {
    this.#fresh(key).deletions = new Set(keys);
  }

  /** A creation was seen, or failed and never will be. */
  creationObserved(key: string): void {
    const one = this.#expected.get(key);
    if (one) one.creations--;
  }

  deletionObserved(key: string, deleted: string): void {
    this.#expected.get(key)?.deletions.delete(deleted);
  }

  forget(key: string): void {
    this.#expected.delete(key);
  }

  #fresh(key: string): Expected {
    const existing = this.#expected.get(key);
    if (existing && !this.satisfied(key)) return existing;
    const one = { creations: 0, deletions: new Set<string>(), setAtMs: this.#now() };
    this.#expected.set(key, one);
    return one;
  }
}
