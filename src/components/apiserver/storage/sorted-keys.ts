/** Keys in byte order, found by prefix; etcd's order, which lists follow. */
export class SortedKeys {
  #keys: string[] = [];

  replace(keys: readonly string[]): void {
    this.#keys = [...keys].sort(compare);
  }

  add(key: string): void {
    this.#keys.splice(this.#lowerBound(key), 0, key);
  }

  delete(key: string): void {
    const at = this.#lowerBound(key);
    if (this.#keys[at] === key) this.#keys.splice(at, 1);
  }

  /** Keys that begin with the prefix, from `start` on where that is given. */
  withPrefix(prefix: string, start = prefix): string[] {
    const from = this.#lowerBound(start > prefix ? start : prefix);
    const to = this.#lowerBound(`${prefix}\uffff`);
    return this.#keys.slice(from, to);
  }

  #lowerBound(key: string): number {
    let low = 0;
    let high = this.#keys.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#keys[middle] ?? "") < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
