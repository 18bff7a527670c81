import { ipJson } from "./ip.ts";

/** The link that carries a node's own address. */
export type Uplink = { readonly name: string; readonly mtu: number };

/** Finds the link that has `address`; throws when none has. */
export async function uplinkOf(address: string): Promise<Uplink> {
  type Link = { ifname: string; mtu: number; addr_info: { local?: string }[] };
  const links = await ipJson<Link>(["address", "show"]);
  const link = links.find(({ addr_info }) => addr_info.some(({ local }) => local === address));
  if (!link) throw new Error(`no interface has this node's address ${address}`);
  return { name: link.ifname, mtu: link.mtu };
}
