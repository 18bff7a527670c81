import { once } from "../base/once.ts";
import type { HostAddress } from "./address.ts";
import type { Host } from "./host.ts";
import { askedOnce } from "./prompt.ts";
import type { Surroundings } from "./surroundings.ts";

/** Reaches a host; rejects with a SlipwayError of exit `connection` that names it. */
export type Connector = (address: HostAddress) => Promise<Host>;

/** Reaches the hosts of one run: they share bastions, opened keys, and the operator's answers. */
export function hostConnector(surroundings: Surroundings): Connector {
  const around = askedOnce(surroundings);
  // each way costs time to load, and most runs take only one
  const local = once(() => import("./local.ts"));
  const ssh = once(async () => (await import("./ssh/ssh-connector.ts")).sshConnector(around));
  return async (address) =>
    address.kind === "local" ? (await local()).localHost(address, around) : (await ssh())(address);
}

/** Reaches one host. */
export function connectHost(address: HostAddress, around: Surroundings): Promise<Host> {
  return hostConnector(around)(address);
}
