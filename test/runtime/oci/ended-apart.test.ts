import { buffer } from "node:stream/consumers";
import { expect, it } from "vitest";
import { type Compression, codecs, compressions } from "../../../src/runtime/oci/compression.ts";

/** What does not pack to nothing, and is the same each time. */
const content = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * index * 7919) >> 5));
const pieceBytes = 64 * 1024;

/** Packs the content piece by piece; `waits` for each to be taken, or has all and the end known at once. */
async function packed(compression: Compression, waits: boolean): Promise<Buffer> {
  const stream = codecs[compression].compress();
  const all = buffer(stream);
  for (let at = 0; at < content.length; at += pieceBytes) {
    const piece = content.subarray(at, at + pieceBytes);
    if (waits) await new Promise((resolve) => stream.write(piece, resolve));
    else stream.write(piece);
  }
  stream.end();
  return all;
}

it.each(compressions)("packs to the same bytes with %s however fast the content comes", async (compression) => {
  const slow = await packed(compression, true);
  expect((await packed(compression, false)).equals(slow)).toBe(true);
  const unpacked = codecs[compression].decompress();
  unpacked.end(slow);
  expect((await buffer(unpacked)).equals(content)).toBe(true);
});

it.each(compressions)("breaks off with %s when the stream is destroyed", async (compression) => {
  const stream = codecs[compression].compress();
  const all = buffer(stream);
  stream.write(content);
  stream.destroy(new Error("broken off"));
  await expect(all).rejects.toThrow("broken off");
});
