import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  alternativeNames,
  decodeAlternativeNames,
  encodeAlternativeNames,
  missingNames,
  noGeneralNames,
} from "../../src/x509/alternative-names.ts";
import { decodeDer, encodeDer } from "../../src/x509/der.ts";

const dnsName = fc.domain();
const anyName = fc.oneof(dnsName, fc.ipV4(), fc.ipV6(), fc.constant(""));

describe("alternative names", () => {
  it("tells names from addresses, sorts names, and keeps the order of addresses", () => {
    expect(alternativeNames("b.example", "10.0.0.2", "a.example", "10.0.0.1", "b.example", "10.0.0.2", "")).toEqual({
      dnsNames: ["a.example", "b.example"],
      ipAddresses: ["10.0.0.2", "10.0.0.1"],
    });
  });

  it("survives the way through DER, whatever the names", () => {
    fc.assert(
      fc.property(fc.array(anyName, { maxLength: 12 }), (names) => {
        const wanted = alternativeNames(...names);
        expect(decodeAlternativeNames(decodeDer(encodeDer(encodeAlternativeNames(wanted))))).toEqual({
          ...noGeneralNames,
          ...wanted,
        });
      }),
    );
  });

  it("holds each name once, and lacks nothing that it was made of", () => {
    fc.assert(
      fc.property(fc.array(anyName, { maxLength: 12 }), fc.array(anyName, { maxLength: 4 }), (names, more) => {
        const present = alternativeNames(...names, ...names);
        expect(new Set(present.dnsNames).size).toBe(present.dnsNames.length);
        expect(missingNames(alternativeNames(...names), present)).toEqual([]);
        const lacking = missingNames(alternativeNames(...more), present);
        expect(missingNames(alternativeNames(...lacking), alternativeNames(...names, ...more))).toEqual([]);
      }),
    );
  });
});
