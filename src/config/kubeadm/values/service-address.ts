import { nthAddress, parseCidr } from "../../../base/cidr.ts";
import { formatIp } from "../../../base/ip-address.ts";

/** The address that kubeadm gives the `kubernetes` Service: the first of the first service CIDR. */
export function apiServerServiceIp(serviceSubnet: string): string {
  return firstSubnetAddress(serviceSubnet, 1);
}

/** The address of cluster DNS: the tenth of the first service CIDR. */
export function dnsServiceIp(serviceSubnet: string): string {
  return firstSubnetAddress(serviceSubnet, 10);
}

/** Validation has seen that the subnet is one and large enough; anything else is a mistake of ours. */
function firstSubnetAddress(serviceSubnet: string, index: number): string {
  const cidr = parseCidr(serviceSubnet.split(",")[0] ?? "");
  const address = cidr && nthAddress(cidr, index);
  if (!address) throw new RangeError(`${serviceSubnet} has no address number ${index}`);
  return formatIp(address);
}
