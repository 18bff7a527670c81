import { isIP } from "node:net";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatIp, hostPort, ipBytes, ipOfBytes, parseIp } from "../../src/base/ip-address.ts";

const canonical = (text: string) => {
  const address = parseIp(text);
  return address && formatIp(address);
};

describe("IP addresses", () => {
  it.each([
    ["10.0.0.1", "10.0.0.1"],
    ["::", "::"],
    ["::1", "::1"],
    ["FD00:0:0:0:0:0:0:A", "fd00::a"],
    ["2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
    ["2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
    ["::ffff:10.0.0.1", "10.0.0.1"],
    ["64:ff9b::192.0.2.33", "64:ff9b::c000:221"],
  ])("brings %s to %s (RFC 5952)", (text, expected) => {
    expect(canonical(text)).toBe(expected);
  });

  it.each([
    "",
    "1.2.3",
    "1.2.3.256",
    "01.2.3.4",
    "1:2:3",
    "::1::",
    "1:2:3:4:5:6:7:8:9",
    "g::",
    "::1.2.3",
    "example.org",
    "fe80::1%eth0",
  ])("takes %j for no address", (text) => {
    expect(parseIp(text)).toBeUndefined();
  });

  it("agrees with Node on which texts are addresses, and reads back what it prints", () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
        expect(parseIp(text) !== undefined).toBe(isIP(text) !== 0);
        const address = parseIp(text);
        if (!address) return;
        expect(parseIp(formatIp(address))).toEqual(address);
        expect(ipOfBytes(ipBytes(address))).toEqual(address);
      }),
    );
  });

  it("puts IPv6 hosts in brackets", () => {
    expect([hostPort("10.0.0.1", 6443), hostPort("fd00::1", 6443)]).toEqual(["10.0.0.1:6443", "[fd00::1]:6443"]);
  });
});
