import { expect, it } from "vitest";
import { conflist } from "../../../src/components/cni/conflist.ts";

it("gives pods addresses of the node's pod CIDRs behind one bridge with host ports", () => {
  const list = JSON.parse(conflist({ podCidrs: ["10.244.1.0/24"], mtu: 1450 }));
  expect(list.plugins.map(({ type }: { type: string }) => type)).toEqual(["bridge", "portmap"]);
  expect(list.plugins[0]).toMatchObject({
    bridge: "cni0",
    mtu: 1450,
    isDefaultGateway: true,
    ipam: { ranges: [[{ subnet: "10.244.1.0/24" }]] },
  });
});

it("leaves the default route to the bridge, which adds it once for each family", () => {
  const { ipam } = JSON.parse(conflist({ podCidrs: ["10.244.1.0/24", "fd00:1::/64"], mtu: 1450 })).plugins[0];
  expect(ipam.ranges).toEqual([[{ subnet: "10.244.1.0/24" }], [{ subnet: "fd00:1::/64" }]]);
  expect(ipam.routes).toBeUndefined();
});
