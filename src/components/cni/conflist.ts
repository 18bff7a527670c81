/** The plugins' configuration list for a node: bridge, host-local addresses from its pod CIDRs, host ports. */
export function conflist({ podCidrs, mtu }: { podCidrs: readonly string[]; mtu: number }): string {
  const list = {
    cniVersion: "0.4.0",
    name: "slipway",
    plugins: [
      {
        type: "bridge",
        bridge: "cni0",
        isDefaultGateway: true,
        hairpinMode: true,
        mtu,
        ipam: { type: "host-local", ranges: podCidrs.map((subnet) => [{ subnet }]) },
      },
      { type: "portmap", capabilities: { portMappings: true } },
    ],
  };
  return `${JSON.stringify(list, null, 2)}\n`;
}
