import { Duplex, type Transform } from "node:stream";

/**
 * Tells a stream that packs of the end only when it has taken the last piece. Node tells zstd of both at once when the
 * end is known in time, and zstd then packs the last piece in another way: what comes out would depend on who was quicker.
 */
export function endedApart(packing: Transform): Duplex {
  const stream = new Duplex({
    write: (chunk: Buffer, _encoding, done) => void packing.write(chunk, done),
    final: (done) => void packing.end(done),
    read: () => void packing.resume(),
    destroy: (error, done) => {
      packing.destroy();
      done(error);
    },
  });
  packing.on("data", (piece: Buffer) => {
    if (!stream.push(piece)) packing.pause();
  });
  packing.once("end", () => stream.push(null));
  packing.once("error", (error) => stream.destroy(error));
  return stream;
}
