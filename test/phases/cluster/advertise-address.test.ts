import { describe, expect, it } from "vitest";
import type { Facts } from "../../../src/hosts/facts.ts";
import { advertiseAddressOf } from "../../../src/phases/cluster/advertise-address.ts";

const factsOf = (defaultRouteAddress: string | undefined, addresses: Readonly<Record<string, string>>) =>
  ({
    ...(defaultRouteAddress ? { defaultRouteAddress } : {}),
    addresses: Object.entries(addresses).map(([name, address]) => ({ interface: name, address, prefixLength: 24 })),
  }) as unknown as Facts;

describe("advertiseAddressOf", () => {
  it("is the address of the default route, as kubeadm has it", () => {
    expect(advertiseAddressOf(factsOf("192.0.2.7", { eth0: "198.51.100.1", eth1: "192.0.2.7" }))).toBe("192.0.2.7");
  });

  it("is that of an interface of the host's own where no default route is, not of pods or containers", () => {
    const addresses = { lo: "127.0.0.1", cni0: "10.244.0.1", eth9: "fd00::1", eth0: "169.254.1.1", eth1: "192.0.2.7" };
    expect(advertiseAddressOf(factsOf(undefined, addresses))).toBe("192.0.2.7");
  });

  it("is empty when there is none", () => {
    expect(advertiseAddressOf(factsOf(undefined, { lo: "127.0.0.1" }))).toBe("");
  });
});
