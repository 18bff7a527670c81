import { describe, expect, it } from "vitest";
import {
  hostAddress,
  labNetwork,
  linkName,
  machineName,
  maxHosts,
  subnetsInUse,
} from "../../../src/lab/network/addresses.ts";

describe("the lab's addresses", () => {
  it("puts a lab into a /24 with the bridge at .1 and hosts from .11", () => {
    expect(labNetwork(7)).toEqual({
      subnet: "172.29.7.0/24",
      gateway: "172.29.7.1",
      bridge: "slab7",
      mac: "02:51:1b:00:00:07",
      table: "slipway_lab_7",
    });
    expect(hostAddress(7, 1)).toBe("172.29.7.11");
    expect(hostAddress(7, maxHosts)).toBe("172.29.7.250");
  });

  it("names links within the kernel's 15 characters", () => {
    expect(linkName(254, maxHosts)).toBe(`vb-${machineName(254, maxHosts)}`);
    expect(linkName(254, maxHosts).length).toBeLessThanOrEqual(15);
    expect(labNetwork(254).bridge.length).toBeLessThanOrEqual(15);
  });
});

describe("subnetsInUse", () => {
  it("finds subnets that a route covers, lies in or names exactly", () => {
    expect([...subnetsInUse(["172.29.3.0/24", "172.29.5.7", "172.29.8.0/23", "172.29.20.64/28"])]).toEqual([
      3, 5, 8, 9, 20,
    ]);
    expect(subnetsInUse(["172.16.0.0/12"]).size).toBe(256);
  });

  it("takes no notice of the default route, of other ranges, and of what is not an IPv4 range", () => {
    expect(subnetsInUse(["default", "10.0.0.0/8", "172.28.255.255", "172.30.0.0/16", "fe80::/64"]).size).toBe(0);
  });
});
