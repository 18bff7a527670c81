import { createHash } from "node:crypto";

export type MasqueradeWish = { readonly podNetwork: string; readonly podCidr: string };

/** How the table is called, and the mark in its comment by which an equal one is known. */
export function masqueradeTable(wish: MasqueradeWish): {
  readonly family: "ip" | "ip6";
  readonly name: string;
  readonly version: string;
} {
  const digest = createHash("sha256").update(chains(wish)).digest("hex").slice(0, 16);
  return { family: familyOf(wish), name: "slipway-cni", version: `version ${digest}` };
}

/** The table that hides pods behind their node when they talk to the outside, and only then; one transaction. */
export function masqueradeRules(wish: MasqueradeWish): string {
  const { family, name, version } = masqueradeTable(wish);
  return `add table ${family} ${name}
delete table ${family} ${name}
table ${family} ${name} {
  comment "${version}"
${chains(wish)}
}
`;
}

function chains(wish: MasqueradeWish): string {
  const { podNetwork, podCidr } = wish;
  const family = familyOf(wish);
  const multicast = family === "ip6" ? "ff00::/8" : "224.0.0.0/4";
  return `  chain postrouting {
    type nat hook postrouting priority srcnat + 5; policy accept;
    ${family} saddr ${podCidr} ${family} daddr != { ${podNetwork}, ${multicast} } masquerade fully-random
  }
  chain forward {
    type filter hook forward priority filter; policy accept;
    ${family} saddr ${podNetwork} accept
    ${family} daddr ${podNetwork} accept
  }`;
}

function familyOf({ podCidr }: MasqueradeWish): "ip" | "ip6" {
  return podCidr.includes(":") ? "ip6" : "ip";
}
