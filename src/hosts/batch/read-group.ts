import { type ReadResult, readResult, withContent, withSha256 } from "./read-result.ts";

/** What a group of reads printed, section by section: hashes, what was found inside, and states, which come last. */
export class ReadGroup {
  #hashes = new Map<number, string>();
  /** Contents of files, targets of links. */
  #inside = new Map<number, Buffer>();

  /** One line for each index, as sha256sum prints it. */
  takeHashes(indexes: readonly number[], lines: readonly string[]): void {
    this.#hashes = new Map(indexes.map((index, at) => [index, lines[at] ?? ""]));
  }

  /** The words are a mark that ends each content, indexes of contents, `links`, and indexes of targets; those end by NUL. */
  takeFound([mark = "", ...words]: readonly string[], bytes: Buffer): void {
    const border = words.indexOf("links");
    let rest = bytes;
    for (const index of words.slice(0, border).map(Number)) rest = this.#takeUntil(`${mark}\n`, index, rest);
    for (const index of words.slice(border + 1).map(Number)) rest = this.#takeUntil("\0", index, rest);
  }

  /** One line of stat for each index; gives whole results and is ready for another group. */
  takeStates(indexes: readonly number[], lines: readonly string[]): Map<number, ReadResult> {
    const results = new Map(indexes.map((index, at) => [index, this.#whole(index, lines[at] ?? "")]));
    this.drop();
    return results;
  }

  drop(): void {
    this.#hashes.clear();
    this.#inside.clear();
  }

  #takeUntil(end: string, index: number, bytes: Buffer): Buffer {
    const length = bytes.indexOf(end);
    this.#inside.set(index, bytes.subarray(0, length));
    return bytes.subarray(length + end.length);
  }

  #whole(index: number, line: string): ReadResult {
    const inside = this.#inside.get(index);
    const hash = this.#hashes.get(index);
    const found = readResult(line.split(" "), inside?.toString() ?? "");
    if (inside) return withContent(found, inside);
    return hash === undefined ? found : withSha256(found, hash);
  }
}
