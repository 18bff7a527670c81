/** Lets writers of one key go one after the other: they would only lose to each other in etcd. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Runs the work when every earlier work on the key has ended; `isContended` tells whether others wait meanwhile. */
  async take<T>(key: string, work: (isContended: () => boolean) => Promise<T>): Promise<T> {
    const before = this.#last.get(key);
    const turn: Promise<T> = (async () => {
      await before?.catch(() => undefined);
      return work(() => this.#last.get(key) !== turn);
    })();
    this.#last.set(key, turn);
    try {
      return await turn;
    } finally {
      if (this.#last.get(key) === turn) this.#last.delete(key);
    }
  }
}
