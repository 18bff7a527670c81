/** Where a host is and how to log in there, as a cluster file says it. */
export type HostAddress = LocalAddress | SshAddress;

/** This machine. */
export type LocalAddress = {
  readonly kind: "local";
  readonly name: string;
  readonly sudoPassword?: SecretSource;
};

export type SshAddress = SshEndpoint & {
  readonly kind: "ssh";
  readonly name: string;
  /** For a login user that is not root and must give one; the login password unless given. */
  readonly sudoPassword?: SecretSource;
  /** Hosts to pass through, the first one first. */
  readonly bastion?: readonly SshEndpoint[];
};

/** One SSH server. What is left out comes from ~/.ssh/config, then from ssh's own defaults. */
export type SshEndpoint = {
  /** A name, an address, or a `Host` of ~/.ssh/config. */
  readonly address: string;
  readonly user?: string;
  readonly port?: number;
  /** A private key file; `~/` is the home folder. */
  readonly keyPath?: string;
  /** Of an encrypted `keyPath`; asked for unless given. */
  readonly passphrase?: SecretSource;
  readonly password?: SecretSource;
  /** A known_hosts file; ~/.ssh/known_hosts unless given. */
  readonly knownHosts?: string;
  /** `strict` unless given; `accept-new` records the key of a host seen for the first time. */
  readonly hostKeys?: "strict" | "accept-new";
};

/** Where a secret comes from; never the secret itself. */
export type SecretSource =
  | { readonly kind: "env"; readonly name: string }
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "prompt" };
