import SSHConfig from "ssh-config";

/** What ssh_config(5) says of one host, as far as we follow it. */
export type SshConfigEntry = {
  readonly hostName?: string | undefined;
  readonly user?: string | undefined;
  readonly port?: number | undefined;
  readonly identityFiles: readonly string[];
  readonly identityAgent?: string | undefined;
  readonly identitiesOnly: boolean;
  /** Empty for `none`. */
  readonly proxyJump: readonly Jump[];
  /** Present means: ssh would start a program to reach the host, which we do not. */
  readonly proxyCommand?: string | undefined;
  readonly userKnownHostsFiles: readonly string[];
  readonly hostKeyAlias?: string | undefined;
  readonly strictHostKeyChecking?: string | undefined;
};

export type Jump = { readonly address: string; readonly user?: string; readonly port?: number };

/** Looks a host up; `Match exec` never runs anything and does not match. */
export function sshConfigEntry(text: string, address: string): SshConfigEntry {
  const found = SSHConfig.parse(text).compute(address, { ignoreCase: true, matchExec: false });
  const one = (name: string): string | undefined => [found[name]].flat()[0];
  const many = (name: string): string[] => [found[name] ?? []].flat();
  return {
    hostName: one("hostname")?.replaceAll("%h", address),
    user: one("user"),
    port: one("port") === undefined ? undefined : Number(one("port")),
    identityFiles: many("identityfile"),
    identityAgent: one("identityagent"),
    identitiesOnly: one("identitiesonly")?.toLowerCase() === "yes",
    proxyJump: parseProxyJump(one("proxyjump")),
    proxyCommand: notNone(many("proxycommand").join(" ")),
    userKnownHostsFiles: many("userknownhostsfile").flatMap((paths) => paths.split(/\s+/)),
    hostKeyAlias: one("hostkeyalias"),
    strictHostKeyChecking: one("stricthostkeychecking")?.toLowerCase(),
  };
}

/** `[user@]host[:port]` or `ssh://…`, several apart by commas, the first one to pass first. */
export function parseProxyJump(value: string | undefined): Jump[] {
  return (notNone(value ?? "")?.split(",") ?? []).map((jump) => {
    const [, user, bracketed, plain, port] =
      /^(?:ssh:\/\/)?(?:(.*)@)?(?:\[([^\]]+)\]|([^:@]+))(?::(\d+))?\/?$/.exec(jump.trim()) ?? [];
    return {
      address: bracketed ?? plain ?? jump.trim(),
      ...(user === undefined ? {} : { user }),
      ...(port === undefined ? {} : { port: Number(port) }),
    };
  });
}

/** The tokens of ssh_config(5), "TOKENS", that paths use, and `~`. */
export function expandPath(path: string, values: PathValues): string {
  const tokens: Readonly<Record<string, string>> = {
    "%%": "%",
    "%d": values.home,
    "%h": values.hostName,
    "%p": String(values.port),
    "%r": values.user,
    "%u": values.localUser,
  };
  const expanded = path.replace(/%[%dhpru]/g, (token) => tokens[token] ?? token);
  return expanded.startsWith("~/") ? `${values.home}/${expanded.slice(2)}` : expanded;
}

export type PathValues = {
  readonly home: string;
  readonly hostName: string;
  readonly port: number;
  readonly user: string;
  readonly localUser: string;
};

function notNone(value: string): string | undefined {
  return value === "" || value.toLowerCase() === "none" ? undefined : value;
}
