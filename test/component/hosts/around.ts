import type { SshAddress } from "../../../src/hosts/address.ts";
import type { Surroundings } from "../../../src/hosts/surroundings.ts";
import type { Sshd } from "./sshd.ts";

/** Surroundings whose home is the server's folder: nothing of this machine's own ~/.ssh has a say. */
export function aroundOf({ folder }: Sshd, more: Partial<Surroundings> = {}): Surroundings {
  return { home: folder, env: {}, user: "root", ...more };
}

/** The address of a server, logging in with its key. */
export function addressOf({ port, keyPath, knownHosts }: Sshd, more: Partial<SshAddress> = {}): SshAddress {
  return { kind: "ssh", name: "cp1", address: "127.0.0.1", port, user: "root", keyPath, knownHosts, ...more };
}
