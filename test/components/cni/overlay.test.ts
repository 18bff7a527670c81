import { describe, expect, it } from "vitest";
import { routesTo, vtepMac } from "../../../src/components/cni/overlay.ts";

const peers = [
  { name: "w2", address: "10.1.0.3", podCidr: "10.244.2.0/24" },
  { name: "w1", address: "10.1.0.2", podCidr: "10.244.1.0/24" },
];

describe("routes to other nodes", () => {
  it("go through the peer's VTEP in vxlan, ordered by pod CIDR", () => {
    expect(routesTo(peers, { backend: "vxlan", link: "eth0" })).toEqual([
      {
        podCidr: "10.244.1.0/24",
        via: "10.244.1.0",
        device: "slipway.1",
        lladdr: vtepMac("10.244.1.0/24"),
        remote: "10.1.0.2",
      },
      {
        podCidr: "10.244.2.0/24",
        via: "10.244.2.0",
        device: "slipway.1",
        lladdr: vtepMac("10.244.2.0/24"),
        remote: "10.1.0.3",
      },
    ]);
  });

  it("go straight to the peer's address in host-gw", () => {
    expect(routesTo(peers, { backend: "host-gw", link: "eth0" })[0]).toEqual({
      podCidr: "10.244.1.0/24",
      via: "10.1.0.2",
      device: "eth0",
    });
  });
});

describe("a VTEP's MAC", () => {
  it("is unicast, locally administered, and differs between nodes", () => {
    const mac = vtepMac("10.244.1.0/24");
    expect(mac).toMatch(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/);
    expect(Number.parseInt(mac.slice(0, 2), 16) & 3).toBe(2);
    expect(mac).not.toBe(vtepMac("10.244.2.0/24"));
  });
});
