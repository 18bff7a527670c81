/** The table that hides pods behind their node when they talk to the outside, and only then. */
export function masqueradeRules({ podNetwork, podCidr }: { podNetwork: string; podCidr: string }): string {
  const family = podCidr.includes(":") ? "ip6" : "ip";
  const multicast = family === "ip6" ? "ff00::/8" : "224.0.0.0/4";
  return `add table ${family} slipway-cni
delete table ${family} slipway-cni
table ${family} slipway-cni {
  chain postrouting {
    type nat hook postrouting priority srcnat + 5; policy accept;
    ${family} saddr ${podCidr} ${family} daddr != { ${podNetwork}, ${multicast} } masquerade fully-random
  }
  chain forward {
    type filter hook forward priority filter; policy accept;
    ${family} saddr ${podNetwork} accept
    ${family} daddr ${podNetwork} accept
  }
}
`;
}
