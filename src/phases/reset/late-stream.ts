import { Duplex, PassThrough } from "node:stream";

/** A stream that can be used at once, though the one behind it is still being opened. */
export function lateStream(opening: Promise<Duplex>): Duplex {
  const [toPeer, fromPeer] = [new PassThrough(), new PassThrough()];
  const stream = Duplex.from({ writable: toPeer, readable: fromPeer });
  opening.then(
    (peer) => {
      peer.on("error", (error) => stream.destroy(error));
      stream.on("close", () => peer.destroy());
      toPeer.pipe(peer);
      peer.pipe(fromPeer);
    },
    (error: Error) => stream.destroy(error),
  );
  return stream;
}
