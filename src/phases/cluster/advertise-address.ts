import type { Facts } from "../../hosts/facts.ts";

/** Interfaces that container runtimes and pod networks make, whose addresses nobody outside reaches. */
const ofContainers = /^(lo$|veth|cni|docker|br-|slipway|vxlan|flannel|cali|kube)/;

/**
 * The address by which others know a host: that of its default route, as kubeadm chooses it, or on a network without one
 * the first IPv4 address of an interface of its own. Empty when there is none.
 */
export function advertiseAddressOf({ defaultRouteAddress, addresses }: Facts): string {
  const own = addresses.find(
    ({ interface: name, address }) => !ofContainers.test(name) && !address.includes(":") && !isLinkLocal(address),
  );
  return defaultRouteAddress ?? own?.address ?? "";
}

/** RFC 3927 */
function isLinkLocal(address: string): boolean {
  return address.startsWith("169.254.");
}
