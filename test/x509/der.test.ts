import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  bitString,
  boolean,
  children,
  contentBytes,
  decodeDer,
  derNull,
  dotted,
  encodeDer,
  integer,
  octetString,
  oid,
  sequence,
  set,
  text,
  time,
} from "../../src/x509/der.ts";

const hex = (value: Parameters<typeof encodeDer>[0]) => encodeDer(value).toString("hex");

describe("DER", () => {
  it.each([
    ["a small integer", integer(Uint8Array.of(5)), "020105"],
    ["zero", integer(Uint8Array.of(0, 0)), "020100"],
    ["an integer with its high bit set", integer(Uint8Array.of(0x80)), "02020080"],
    ["an integer with leading zeros", integer(Uint8Array.of(0, 0, 1, 2)), "02020102"],
    ["true", boolean(true), "0101ff"],
    ["null", derNull(), "0500"],
    ["an object identifier", oid("1.2.840.113549.1.1.11"), "06092a864886f70d01010b"],
    ["a bit string", bitString(Uint8Array.of(0xa0), 5), "030205a0"],
    ["a printable string", text("system:masters"), "130e73797374656d3a6d617374657273"],
    ["a string that is not printable", text("a*b"), "0c03612a62"],
    ["a string in UTF-8", text("ä"), "0c02c3a4"],
    ["a date before 2050", time(new Date("2049-12-31T23:59:59.999Z")), "170d3439313233313233353935395a"],
    ["a date after", time(new Date("2050-01-01T00:00:00Z")), "180f32303530303130313030303030305a"],
    ["what is nested", sequence(set(integer(Uint8Array.of(1)))), "30053103020101"],
  ])("writes %s", (_, value, expected) => {
    expect(hex(value)).toBe(expected);
  });

  it("reads what it writes, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const [string, bits] = children(decodeDer(encodeDer(sequence(octetString(bytes), bitString(bytes)))));
        expect(contentBytes(string)).toEqual(Buffer.from(bytes));
        expect(contentBytes(bits).subarray(1)).toEqual(Buffer.from(bytes));
      }),
    );
    expect(dotted(decodeDer(encodeDer(oid("2.5.29.37"))))).toBe("2.5.29.37");
  });

  it("writes what openssl reads", () => {
    const der = encodeDer(sequence(integer(Uint8Array.of(42)), text("kubernetes")));
    const shown = execFileSync("openssl", ["asn1parse", "-inform", "DER"], { input: der, encoding: "utf8" });
    expect(shown).toMatch(/SEQUENCE[\s\S]*INTEGER +:2A[\s\S]*PRINTABLESTRING +:kubernetes/);
  });

  it("refuses bytes that are cut short", () => {
    expect(() => decodeDer(Uint8Array.of(0x30, 0x05, 0x02))).toThrow();
  });
});
