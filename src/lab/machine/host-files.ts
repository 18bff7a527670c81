import { type BootSettings, bootScript, bootUnit } from "./boot-script.ts";

/** A file or symbolic link of a host's own layer. */
export type HostFile =
  | { readonly kind: "file"; readonly path: string; readonly mode: number; readonly content: string }
  | { readonly kind: "symlink"; readonly path: string; readonly target: string };

export type HostIdentity = {
  readonly name: string;
  readonly settings: BootSettings;
  /** Resolver configuration that works from the lab's bridge. */
  readonly resolvConf: string;
  /** The key pair that the host proves itself with. */
  readonly hostKey: { readonly privateKey: string; readonly publicKey: string };
  /** The public key that may log in as root. */
  readonly loginKey: string;
};

/** What sets one host apart from the others that share its root. */
export function hostFiles({ name, settings, resolvConf, hostKey, loginKey }: HostIdentity): readonly HostFile[] {
  const file = (path: string, content: string, mode = 0o644): HostFile => ({ kind: "file", path, mode, content });
  return [
    file("/etc/hostname", `${name}\n`),
    file("/etc/hosts", `127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n${settings.address} ${name}\n`),
    file("/etc/resolv.conf", resolvConf),
    file("/etc/ssh/ssh_host_ed25519_key", hostKey.privateKey, 0o600),
    file("/etc/ssh/ssh_host_ed25519_key.pub", hostKey.publicKey),
    file("/root/.ssh/authorized_keys", loginKey, 0o600),
    file("/usr/local/lib/slipway-lab/boot", bootScript(settings), 0o755),
    file("/etc/systemd/system/slipway-lab.service", bootUnit),
    {
      kind: "symlink",
      path: "/etc/systemd/system/sysinit.target.wants/slipway-lab.service",
      target: "/etc/systemd/system/slipway-lab.service",
    },
  ];
}

/** The resolver configuration without name servers on this machine's loopback, which hosts can't reach. */
export function reachableResolvers(resolvConf: string): string {
  const lines = resolvConf
    .split("\n")
    .filter((line) => !/^\s*nameserver\s+(127\.|::1)/.test(line) && line.trim() !== "");
  return lines.map((line) => `${line}\n`).join("");
}
