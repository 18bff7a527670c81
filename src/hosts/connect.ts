import type { HostAddress } from "./address.ts";
import type { Host } from "./host.ts";
import { localHost } from "./local.ts";
import { askedOnce } from "./prompt.ts";
import { Bastions } from "./ssh/connection.ts";
import { KeyRing } from "./ssh/login/private-key.ts";
import { readSshConfig } from "./ssh/read-ssh-config.ts";
import { sshHost } from "./ssh/ssh-host.ts";
import type { Surroundings } from "./surroundings.ts";

/** Reaches a host; rejects with a SlipwayError of exit `connection` that names it. */
export type Connector = (address: HostAddress) => Promise<Host>;

/** Reaches the hosts of one run: they share bastions, opened keys, and the operator's answers. */
export function hostConnector(surroundings: Surroundings): Connector {
  const around = askedOnce(surroundings);
  const shared = { around, keyRing: new KeyRing(), bastions: new Bastions() };
  let sshConfig: Promise<string> | undefined;
  return async (address) => {
    if (address.kind === "local") return localHost(address, around);
    sshConfig ??= readSshConfig(around.home);
    return sshHost(address, { ...shared, sshConfig: await sshConfig });
  };
}

/** Reaches one host. */
export function connectHost(address: HostAddress, around: Surroundings): Promise<Host> {
  return hostConnector(around)(address);
}
