import { describe, expect, it } from "vitest";
import {
  type Cidr,
  cidrContains,
  cidrSize,
  cidrsOverlap,
  formatCidr,
  nthAddress,
  parseCidr,
} from "../../src/base/cidr.ts";
import { formatIp, type IpAddress, parseIp } from "../../src/base/ip-address.ts";

const cidr = (text: string) => parseCidr(text) as Cidr;
const ip = (text: string) => parseIp(text) as IpAddress;

describe("networks", () => {
  it("drops host bits, as Go does", () => {
    expect(formatCidr(cidr("10.96.5.7/12"))).toBe("10.96.0.0/12");
    expect(formatCidr(cidr("fd00::5/64"))).toBe("fd00::/64");
  });

  it.each(["10.0.0.0", "10.0.0.0/33", "10.0.0.0/08", "fd00::/129", "x/8", "10.0.0.0/8/8"])("refuses %s", (text) => {
    expect(parseCidr(text)).toBeUndefined();
  });

  it("counts and numbers addresses", () => {
    expect([cidrSize(cidr("10.0.0.0/30")), cidrSize(cidr("fd00::/64"))]).toEqual([4n, 2n ** 64n]);
    expect(formatIp(nthAddress(cidr("10.96.0.0/12"), 10) as IpAddress)).toBe("10.96.0.10");
    expect(nthAddress(cidr("10.0.0.0/30"), 4)).toBeUndefined();
  });

  it("knows what it contains and what it overlaps, within a family", () => {
    expect(cidrContains(cidr("10.0.0.0/8"), ip("10.255.0.1"))).toBe(true);
    expect(cidrContains(cidr("10.0.0.0/8"), ip("11.0.0.1"))).toBe(false);
    expect(cidrContains(cidr("0.0.0.0/0"), ip("fd00::1"))).toBe(false);
    expect(cidrsOverlap(cidr("10.96.0.0/12"), cidr("10.100.0.0/16"))).toBe(true);
    expect(cidrsOverlap(cidr("10.100.0.0/16"), cidr("10.96.0.0/12"))).toBe(true);
    expect(cidrsOverlap(cidr("10.96.0.0/12"), cidr("10.244.0.0/16"))).toBe(false);
  });
});
