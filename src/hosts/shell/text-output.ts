import { StringDecoder } from "node:string_decoder";

/** Collects one output stream as text and passes on each piece; a character split between chunks stays whole. */
export class TextOutput {
  readonly #decoder = new StringDecoder("utf8");
  readonly #pieces: string[] = [];
  readonly #onPiece: (piece: string) => void;

  constructor(onPiece: (piece: string) => void) {
    this.#onPiece = onPiece;
  }

  push(chunk: Buffer): void {
    this.#take(this.#decoder.write(chunk));
  }

  /** The whole text. */
  end(): string {
    this.#take(this.#decoder.end());
    return this.#pieces.join("");
  }

  #take(piece: string): void {
    if (piece === "") return;
    this.#pieces.push(piece);
    this.#onPiece(piece);
  }
}
