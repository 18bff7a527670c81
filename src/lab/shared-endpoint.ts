import { ports } from "../config/kubeadm/constants.ts";
import type { Role } from "./state.ts";

/**
 * The address that several control planes share in a lab, which has no load balancer: the first one's, so it answers
 * only as long as that host does. A single control plane needs none.
 */
export function sharedEndpoint(hosts: readonly { readonly role: Role; readonly address: string }[]): {
  readonly controlPlaneEndpoint?: string;
} {
  const [first, second] = hosts.filter(({ role }) => role === "control-plane");
  return first && second ? { controlPlaneEndpoint: `${first.address}:${ports.apiServer}` } : {};
}
