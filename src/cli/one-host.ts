import type { HostAddress } from "../hosts/address.ts";

/** The options by which `init`, `join` and `reset` reach a host by SSH; this machine without them. */
export const hostOptions = {
  host: { type: "string", describe: "user@address:port of a host to work on by SSH; this machine unless given" },
  identity: { alias: "i", type: "string", describe: "private key for --host; ssh's own choice unless given" },
  "known-hosts": { type: "string", describe: "known_hosts file for --host; ~/.ssh/known_hosts unless given" },
  "host-keys": {
    choices: ["strict", "accept-new"] as const,
    default: "strict" as const,
    describe: "accept-new records the key of a host seen for the first time",
  },
} as const;

export type HostArguments = {
  readonly host?: string | undefined;
  readonly identity?: string | undefined;
  readonly "known-hosts"?: string | undefined;
  readonly "host-keys": "strict" | "accept-new";
};

/** The host that the options mean; an IPv6 address with a port stands in brackets. */
export function oneHost(argv: HostArguments): HostAddress {
  if (argv.host === undefined) return { kind: "local", name: "localhost" };
  const { user, bracketed, plain, port } = destination.exec(argv.host)?.groups ?? {};
  const address = bracketed ?? plain ?? argv.host;
  return {
    kind: "ssh",
    name: address,
    address,
    hostKeys: argv["host-keys"],
    ...(user ? { user } : {}),
    ...(port ? { port: Number(port) } : {}),
    ...(argv.identity ? { keyPath: argv.identity } : {}),
    ...(argv["known-hosts"] ? { knownHosts: argv["known-hosts"] } : {}),
  };
}

const destination = /^((?<user>[^@]+)@)?(\[(?<bracketed>[^\]]+)\]|(?<plain>[^:]+|[^:]*:[^:]*:.*?))(:(?<port>\d+))?$/;
