import type { HostAddress } from "./address.ts";
import type { Host } from "./host.ts";
import { localHost } from "./local.ts";
import { sshHost } from "./ssh/ssh-host.ts";
import type { Surroundings } from "./surroundings.ts";

/** Reaches a host and gives it; rejects with a SlipwayError of exit `connection` that names the host. */
export function connectHost(address: HostAddress, around: Surroundings): Promise<Host> {
  return address.kind === "local" ? localHost(address, around) : sshHost(address, around);
}
