import { batch, ipJson } from "./ip.ts";

/** The bridge that the CNI plugin makes for the pods of this node. */
export const podBridge = "cni0";

type Address = {
  readonly addr_info: readonly { readonly local: string; readonly prefixlen: number; readonly family: string }[];
};

/**
 * Takes addresses off the pods' bridge that are not its own in `podCidr`: the plugin refuses to work over those that an
 * earlier pod CIDR left.
 */
export async function clearPodBridge(podCidr: string): Promise<void> {
  const [bridge] = await ipJson<Address>(["address", "show", podBridge]);
  const prefix = Number(podCidr.slice(podCidr.indexOf("/") + 1));
  const own = firstHost(podCidr);
  const stale = (bridge?.addr_info ?? []).filter(
    ({ family, local, prefixlen }) => family === "inet" && (local !== own || prefixlen !== prefix),
  );
  await batch(
    "ip",
    stale.map(({ local, prefixlen }) => `address del ${local}/${prefixlen} dev ${podBridge}`),
  );
}

/** The gateway that host-local and bridge choose: the network's first address after its own. */
function firstHost(podCidr: string): string {
  const octets = podCidr.slice(0, podCidr.indexOf("/")).split(".").map(Number);
  return [...octets.slice(0, 3), (octets[3] ?? 0) + 1].join(".");
}
