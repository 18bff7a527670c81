import type { Writable } from "node:stream";

/** Resolves when a reader that was too slow can take more, or is gone. */
export function roomOrEnd(response: Writable): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off("drain", done).off("close", done);
      resolve();
    };
    response.on("drain", done).on("close", done);
    if (response.destroyed) done();
  });
}
