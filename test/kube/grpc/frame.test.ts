import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { framed, unframer } from "../../../src/kube/grpc/frame.ts";

describe("gRPC frames", () => {
  it("come back whole however the bytes were cut", () => {
    const messages = fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 5 });
    fc.assert(
      fc.property(messages, fc.integer({ min: 1, max: 9 }), (sent, size) => {
        const wire = Buffer.concat(sent.map(framed));
        const take = unframer();
        const got: number[][] = [];
        for (let at = 0; at < wire.length; at += size) {
          for (const message of take(wire.subarray(at, at + size))) got.push([...message]);
        }
        expect(got).toEqual(sent.map((message) => [...message]));
      }),
    );
  });

  it("refuses a message that is longer than the kubelet's limit", () => {
    const header = Buffer.from([0, 0x7f, 0, 0, 0]);
    expect(() => unframer()(header)).toThrow(RangeError);
  });
});
