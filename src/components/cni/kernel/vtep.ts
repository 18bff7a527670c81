import { networkAddress, vtepMac, vxlan } from "../overlay.ts";
import { batch, ipJson } from "./ip.ts";
import type { Uplink } from "./uplink.ts";

export type VtepWish = { readonly address: string; readonly podCidr: string; readonly uplink: Uplink };

type Vtep = {
  readonly address: string;
  readonly mtu: number;
  readonly flags?: readonly string[];
  readonly linkinfo?: { readonly info_data?: VxlanData };
};
type VxlanData = { readonly id: number; readonly local?: string; readonly link?: string; readonly port: number };
type Address = { readonly addr_info: readonly { readonly local?: string; readonly family: string }[] };

/** Makes the VTEP as wished, anew if it exists with other settings; touches nothing that is right. */
export async function ensureVtep(wish: VtepWish): Promise<void> {
  const [found] = await ipJson<Vtep>(["link", "show", vxlan.device]);
  const [addressed] = await ipJson<Address>(["address", "show", vxlan.device]);
  const own = networkAddress(wish.podCidr);
  const mtu = wish.uplink.mtu - vxlan.overheadBytes;
  const isKept = found !== undefined && isRight(found, wish);
  const hasAddress = isKept && addressed?.addr_info.some(({ local }) => local === own);
  await batch("ip", [
    ...(found && !isKept ? [`link del ${vxlan.device}`] : []),
    ...(isKept ? [] : [create(wish, mtu)]),
    ...(isKept && found.mtu !== mtu ? [`link set ${vxlan.device} mtu ${mtu}`] : []),
    ...(hasAddress ? [] : [`address replace ${own}/32 dev ${vxlan.device}`]),
    ...(isKept && found.flags?.includes("UP") ? [] : [`link set ${vxlan.device} up`]),
  ]);
}

/** Takes the VTEP away, where another backend is used now. */
export async function removeVtep(): Promise<void> {
  const found = await ipJson<Vtep>(["link", "show", vxlan.device]);
  await batch("ip", found.length > 0 ? [`link del ${vxlan.device}`] : []);
}

function isRight({ address: mac, linkinfo }: Vtep, { address, podCidr, uplink }: VtepWish): boolean {
  const data = linkinfo?.info_data;
  return (
    mac === vtepMac(podCidr) &&
    data?.id === vxlan.id &&
    data.local === address &&
    data.link === uplink.name &&
    data.port === vxlan.port
  );
}

function create({ address, podCidr, uplink }: VtepWish, mtu: number): string {
  const settings = `id ${vxlan.id} dev ${uplink.name} local ${address} dstport ${vxlan.port} nolearning`;
  return `link add ${vxlan.device} address ${vtepMac(podCidr)} mtu ${mtu} type vxlan ${settings}`;
}
