/** Makes a value for each key once; whoever asks for it meanwhile or later gets the same. */
export class OncePerKey<T> {
  readonly #values = new Map<string, Promise<T>>();

  get(key: string, make: () => Promise<T>): Promise<T> {
    const known = this.#values.get(key);
    if (known) return known;
    const made = make();
    this.#values.set(key, made);
    return made;
  }
}
