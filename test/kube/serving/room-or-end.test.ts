import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import { roomOrEnd } from "../../../src/kube/serving/room-or-end.ts";

it("leaves no listener behind, however often a reader is too slow", async () => {
  const stream = new PassThrough({ highWaterMark: 1 });
  const before = stream.listenerCount("close");
  for (let round = 0; round < 50; round++) {
    const waited = roomOrEnd(stream);
    stream.emit("drain");
    await waited;
  }
  expect([stream.listenerCount("close"), stream.listenerCount("drain")]).toEqual([before, 0]);
});

it("waits for nobody who has gone already", async () => {
  const stream = new PassThrough();
  stream.destroy();
  await new Promise((resolve) => stream.once("close", resolve));
  await roomOrEnd(stream);
});
