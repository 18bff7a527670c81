import { join } from "node:path";
import { SlipwayError } from "../../base/errors.ts";
import type { SecretSource, SshAddress, SshEndpoint } from "../address.ts";
import type { Surroundings } from "../surroundings.ts";
import { knownHostsName } from "./host-key/known-hosts.ts";
import { expandPath, type SshConfigEntry, sshConfigEntry } from "./ssh-config.ts";

/** An SSH server with everything settled that connecting takes. */
export type Endpoint = {
  readonly address: string;
  readonly port: number;
  /** Its name in known_hosts: `host` or `[host]:port`, unless HostKeyAlias says otherwise. */
  readonly keyName: string;
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

/** What is known while endpoints are settled. */
export type Settling = { readonly sshConfig: string; readonly around: Surroundings };

/** The names that ssh tries by itself; ssh_config(5), IdentityFile. */
const defaultKeys = ["id_ed25519", "id_ecdsa", "id_rsa"];
/** ssh's own default; ssh_config(5), GlobalKnownHostsFile. */
const globalKnownHosts = "/etc/ssh/ssh_known_hosts";
/** A ProxyJump of a ProxyJump of …: more is a circle. */
const maxJumps = 8;

/** The servers to go through to a host, the host itself last: the file's bastions, else ssh_config's ProxyJump. */
export function routeTo(address: SshAddress, settling: Settling): readonly Endpoint[] {
  const jumps = address.bastion?.map((bastion) => resolveEndpoint(bastion, settling));
  return [...(jumps ?? jumpsOf(address, settling, 0)), resolveEndpoint(address, settling)];
}

function jumpsOf({ address }: SshEndpoint, settling: Settling, depth: number): Endpoint[] {
  const { proxyJump, proxyCommand } = sshConfigEntry(settling.sshConfig, address);
  const [first] = proxyJump;
  if (!first) {
    if (proxyCommand !== undefined) throw unsupported(address, "ProxyCommand", "name the bastion in the cluster file");
    return [];
  }
  if (depth > maxJumps) throw unsupported(address, "ProxyJump", "it leads in a circle");
  return [...jumpsOf(first, settling, depth + 1), ...proxyJump.map((jump) => resolveEndpoint(jump, settling))];
}

/** Settles what the cluster file left open: from ssh_config, then as ssh itself does. */
export function resolveEndpoint(given: SshEndpoint, { sshConfig, around }: Settling): Endpoint {
  const entry = sshConfigEntry(sshConfig, given.address);
  const address = entry.hostName ?? given.address;
  const port = given.port ?? entry.port ?? 22;
  const user = given.user ?? entry.user ?? around.user;
  const expand = (path: string): string =>
    expandPath(path, { home: around.home, hostName: address, port, user, localUser: around.user });
  return {
    address,
    port,
    user,
    keyName: entry.hostKeyAlias ?? knownHostsName(address, port),
    keys: keysOf(given, entry).map(({ path, isRequired }) => ({ path: expand(path), isRequired })),
    passphrase: given.passphrase,
    password: given.password,
    agentSocket: agentOf(given, entry, { around, expand }),
    knownHosts: knownHostsOf(given, entry).map(expand),
    hostKeys: given.hostKeys ?? (acceptsNew(entry) ? "accept-new" : "strict"),
  };
}

function keysOf({ keyPath }: SshEndpoint, { identityFiles }: SshConfigEntry): Endpoint["keys"] {
  if (keyPath !== undefined) return [{ path: keyPath, isRequired: true }];
  if (identityFiles.length > 0) return identityFiles.map((path) => ({ path, isRequired: false }));
  return defaultKeys.map((name) => ({ path: join("~/.ssh", name), isRequired: false }));
}

/** The agent helps where no key was named, for the file's keyPath says which one it must be. */
function agentOf(
  { keyPath }: SshEndpoint,
  { identityAgent, identitiesOnly }: SshConfigEntry,
  { around, expand }: { around: Surroundings; expand: (path: string) => string },
): string | undefined {
  if (keyPath !== undefined || identitiesOnly || identityAgent?.toLowerCase() === "none") return undefined;
  if (identityAgent === undefined || identityAgent === "SSH_AUTH_SOCK") return around.env.SSH_AUTH_SOCK;
  return identityAgent.startsWith("$") ? around.env[identityAgent.slice(1)] : expand(identityAgent);
}

function knownHostsOf({ knownHosts }: SshEndpoint, { userKnownHostsFiles }: SshConfigEntry): readonly string[] {
  if (knownHosts !== undefined) return [knownHosts];
  return [...(userKnownHostsFiles.length > 0 ? userKnownHostsFiles : ["~/.ssh/known_hosts"]), globalKnownHosts];
}

/** Even who set `no` gets a stop at a changed key. */
function acceptsNew({ strictHostKeyChecking }: SshConfigEntry): boolean {
  return ["accept-new", "no", "off"].includes(strictHostKeyChecking ?? "");
}

function unsupported(address: string, option: string, remedy: string): SlipwayError {
  return new SlipwayError({
    code: "SSH_CONFIG_UNUSABLE",
    exit: "configuration",
    message: `${option} in the ssh configuration can't be followed`,
    tried: `Host ${address}`,
    remedy,
  });
}
