import { setImmediate as turn } from "node:timers/promises";

/** How much is made and written in one go: small enough to take a millisecond, and upstream's threshold for compression. */
export const pieceBytes = 128 * 1024;

/** Parts put together to pieces of at least pieceBytes; the last one is what is left. */
export function* grouped(parts: Iterable<Buffer>): Generator<Buffer, undefined> {
  let held: Buffer[] = [];
  let size = 0;
  for (const part of parts) {
    held.push(part);
    size += part.length;
    if (size < pieceBytes) continue;
    yield Buffer.concat(held, size);
    held = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(held, size);
  return undefined;
}

/** A large body cut up, without copies. */
export function* sliced(body: Buffer): Generator<Buffer> {
  for (let at = 0; at < body.length; at += pieceBytes) yield body.subarray(at, at + pieceBytes);
}

/** The pieces, with a turn of the event loop after each: whoever else waits is served in between. */
export async function* paced(first: Buffer, rest: Iterable<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  for (const piece of rest) {
    await turn();
    yield piece;
  }
}
