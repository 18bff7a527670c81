import { join } from "node:path";
import type { SecretSource, SshEndpoint } from "../address.ts";
import type { Surroundings } from "../surroundings.ts";

/** An SSH server with everything settled that connecting takes. */
export type Endpoint = {
  readonly address: string;
  readonly port: number;
  readonly user: string;
  /** Key files in the order to try them; one that is required must be there. */
  readonly keys: readonly { readonly path: string; readonly isRequired: boolean }[];
  readonly passphrase?: SecretSource | undefined;
  readonly password?: SecretSource | undefined;
  readonly agentSocket?: string | undefined;
  /** Where host keys are looked up; the first one is where `accept-new` records. */
  readonly knownHosts: readonly string[];
  readonly hostKeys: "strict" | "accept-new";
};

/** The names that ssh tries by itself; ssh_config(5), IdentityFile. */
const defaultKeys = ["id_ed25519", "id_ecdsa", "id_rsa"];

/** Settles what the cluster file left open. */
export function resolveEndpoint(given: SshEndpoint, around: Surroundings): Endpoint {
  const inHome = (path: string): string => (path.startsWith("~/") ? join(around.home, path.slice(2)) : path);
  return {
    address: given.address,
    port: given.port ?? 22,
    user: given.user ?? around.user,
    keys: given.keyPath
      ? [{ path: inHome(given.keyPath), isRequired: true }]
      : defaultKeys.map((name) => ({ path: join(around.home, ".ssh", name), isRequired: false })),
    passphrase: given.passphrase,
    password: given.password,
    agentSocket: given.keyPath ? undefined : around.env.SSH_AUTH_SOCK,
    knownHosts: [inHome(given.knownHosts ?? "~/.ssh/known_hosts")],
    hostKeys: given.hostKeys ?? "strict",
  };
}
