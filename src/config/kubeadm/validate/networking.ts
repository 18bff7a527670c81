import { type Cidr, cidrSize, cidrsOverlap, formatCidr, parseCidr, parseCidrs } from "../../../base/cidr.ts";
import type { ClusterConfiguration } from "../cluster-configuration.ts";
import type { Arg } from "../node-registration.ts";
import type { Checker } from "./checker.ts";
import { isDnsSubdomain } from "./value-rules.ts";

const least = { serviceSubnet: 10, podSubnet: 14 } as const;
/** Host bits of a Service network: the allocator keeps a bitmap of it (kube-apiserver has the same limit). */
const mostServiceBits = 20;
/** The controller-manager's allocator of pod networks is limited likewise. */
const mostNodeBits = 16;
const siteLocal = parseCidr("fec0::/10") as Cidr;

export function checkNetworking({ networking, controllerManager }: ClusterConfiguration, checker: Checker): void {
  checker.check("networking.dnsDomain", networking.dnsDomain, isDnsSubdomain);
  const services = checkSubnet("serviceSubnet", networking.serviceSubnet, checker);
  const pods = networking.podSubnet ? checkSubnet("podSubnet", networking.podSubnet, checker) : [];
  for (const cidr of services) checkServiceSize(cidr, checker);
  for (const cidr of pods) checkNodeMask(cidr, controllerManager.extraArgs, checker);
  const shared = pods.find((pod) => services.some((service) => cidrsOverlap(pod, service)));
  if (shared) {
    const message = `${formatCidr(shared)} overlaps networking.serviceSubnet ${networking.serviceSubnet}`;
    checker.refuse("networking.podSubnet", message);
  }
}

/** One network, or two of different families; each large enough. Gives those that can be read. */
function checkSubnet(field: keyof typeof least, text: string, { refuse, warn }: Checker): readonly Cidr[] {
  const path = `networking.${field}`;
  const cidrs = parseCidrs(text);
  if (!cidrs) {
    refuse(path, `couldn't parse subnet "${text}"`);
    return [];
  }
  const families = new Set(cidrs.map(({ address }) => address.family));
  if (cidrs.length > 2 || families.size !== cidrs.length) {
    refuse(path, `"${text}": expected one (IPv4 or IPv6) CIDR or two CIDRs from each family for dual-stack networking`);
  }
  for (const cidr of cidrs) {
    const size = cidrSize(cidr);
    if (size < least[field]) {
      refuse(path, `${formatCidr(cidr)}: subnet with ${size} address(es) is too small, the minimum is ${least[field]}`);
    }
    if (cidrsOverlap(cidr, siteLocal))
      warn(path, `${formatCidr(cidr)} holds site-local addresses, deprecated by RFC 3879`);
  }
  return cidrs;
}

function checkServiceSize(cidr: Cidr, { refuse }: Checker): void {
  const bits = cidr.address.family === 4 ? 32 : 128;
  if (bits - cidr.prefix <= mostServiceBits) return;
  const message = `${formatCidr(cidr)}: too large; for ${bits}-bit addresses, the mask must be >= ${bits - mostServiceBits}`;
  refuse("networking.serviceSubnet", message);
}

/** The pod network must be split into networks of one node each (app/apis/kubeadm/validation). */
function checkNodeMask(cidr: Cidr, extraArgs: readonly Arg[], { refuse }: Checker): void {
  const argument = (name: string) => extraArgs.findLast((one) => one.name === name)?.value;
  if (argument("allocate-node-cidrs") === "false") return;
  const isV6 = cidr.address.family === 6;
  const name = `node-cidr-mask-size-ipv${isV6 ? 6 : 4}`;
  const nodeMask = Number(argument(name) ?? (isV6 ? 64 : 24));
  const path = "networking.podSubnet";
  if (!Number.isInteger(nodeMask)) refuse(path, `the argument ${name} of the controller-manager is not a whole number`);
  if (cidr.prefix > nodeMask) {
    refuse(path, `${formatCidr(cidr)}: smaller than the network of one node, whose mask is ${nodeMask}`);
  }
  if (nodeMask - cidr.prefix > mostNodeBits) {
    refuse(
      path,
      `pod subnet mask (${cidr.prefix}) and node-mask (${nodeMask}) difference is greater than ${mostNodeBits}`,
    );
  }
}
