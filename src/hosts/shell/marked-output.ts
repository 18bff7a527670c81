/** Splits one output stream of a script at its mark (see `prologue`): noise before it, output after it. */
export class MarkedOutput {
  readonly #mark: Buffer;
  readonly #onOutput: (chunk: Buffer) => void;
  #before = Buffer.alloc(0);
  #group: number | undefined;

  constructor(mark: string, onOutput: (chunk: Buffer) => void) {
    this.#mark = Buffer.from(`${mark} `);
    this.#onOutput = onOutput;
  }

  /** The process group of the script, once it has begun. */
  get group(): number | undefined {
    return this.#group;
  }

  /** What a login shell, sudo or ssh printed instead of, or before, the script's output. */
  get noise(): string {
    return this.#before.toString();
  }

  push(chunk: Buffer): void {
    if (this.#group !== undefined) {
      this.#onOutput(chunk);
      return;
    }
    this.#before = Buffer.concat([this.#before, chunk]);
    const start = this.#before.indexOf(this.#mark);
    const end = start < 0 ? -1 : this.#before.indexOf("\n", start);
    if (end < 0) return;
    this.#group = Number(this.#before.toString("latin1", start + this.#mark.length, end));
    const rest = this.#before.subarray(end + 1);
    this.#before = this.#before.subarray(0, start);
    if (rest.length > 0) this.#onOutput(rest);
  }
}
