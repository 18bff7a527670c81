import type { SshAddress } from "../address.ts";
import type { Host } from "../host.ts";
import type { Surroundings } from "../surroundings.ts";
import { Bastions } from "./connection.ts";
import { KeyRing } from "./login/private-key.ts";
import { readSshConfig } from "./read-ssh-config.ts";
import { sshHost } from "./ssh-host.ts";

/** Reaches hosts over SSH that share bastions, opened keys and the operator's ~/.ssh/config. */
export function sshConnector(around: Surroundings): (address: SshAddress) => Promise<Host> {
  const shared = { around, keyRing: new KeyRing(), bastions: new Bastions() };
  let sshConfig: Promise<string> | undefined;
  return async (address) => {
    sshConfig ??= readSshConfig(around.home);
    return sshHost(address, { ...shared, sshConfig: await sshConfig });
  };
}
