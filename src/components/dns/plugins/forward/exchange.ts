/** A resolver that messages are sent to. */
export type Address = { readonly address: string; readonly port: number };

/** Sends one question and gives the answer's bytes; rejects after `timeoutMs` or when the way is broken. */
export type Exchange = {
  ask(question: Question, timeoutMs: number): Promise<Buffer>;
  close(): void;
};

/** A question's bytes; the first two, its id, are set by the exchange. */
export type Question = Buffer;

type Waiting = {
  readonly question: Question;
  readonly resolve: (answer: Buffer) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
};

const headerBytes = 12;
/** Of the 65536 ids of one socket. */
const mostUnderway = 0x8000;

/** Questions under way on one socket, by the id that tells their answers apart. */
export class Underway {
  readonly #waiting = new Map<number, Waiting>();
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** Registers a question; `send` gets it with its id. */
  add(given: Question, timeoutMs: number, send: (message: Buffer) => void): Promise<Buffer> {
    const id = this.#freeId();
    const question = Buffer.from(given);
    question.writeUInt16BE(id, 0);
    return new Promise((resolve, reject) => {
      const late = () => this.#end(id)?.reject(new Error(`no answer within ${timeoutMs} ms`));
      this.#waiting.set(id, { question, resolve, reject, timer: setTimeout(late, timeoutMs) });
      send(question);
    });
  }

  /** Takes a message that came in; one that answers no question under way is dropped. */
  answer(message: Buffer): void {
    if (message.length < headerBytes) return;
    const waiting = this.#waiting.get(message.readUInt16BE(0));
    if (waiting && repeats(message, waiting.question)) this.#end(message.readUInt16BE(0))?.resolve(message);
  }

  failAll(error: Error): void {
    for (const id of [...this.#waiting.keys()]) this.#end(id)?.reject(error);
  }

  #end(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    clearTimeout(waiting?.timer);
    this.#waiting.delete(id);
    return waiting;
  }

  /** At random, so that nobody can guess which answer to forge (RFC 5452). */
  #freeId(): number {
    // half of them taken leaves two tries on average; with all of them taken there would be no end
    if (this.#waiting.size >= mostUnderway) throw new Error(`${mostUnderway} questions wait for their answers already`);
    for (;;) {
      const id = Math.floor(this.#random() * 0x10000);
      if (!this.#waiting.has(id)) return id;
    }
  }
}

/** Whether an answer repeats the question, as it must (RFC 5452, section 9.1). */
function repeats(answer: Buffer, question: Question): boolean {
  const end = questionEnd(question);
  const isEmpty = answer.readUInt16BE(4) === 0; // some servers leave it out of errors
  return isEmpty || answer.subarray(headerBytes, end).equals(question.subarray(headerBytes, end));
}

function questionEnd(question: Question): number {
  let at = headerBytes;
  while ((question[at] ?? 0) !== 0) at += (question[at] ?? 0) + 1;
  return at + 5;
}
