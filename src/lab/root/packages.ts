/** What the lab's Debian root holds: a system that boots, answers on SSH and can be looked at, as a cloud's image would. */
export const basePackages = [
  "systemd",
  "systemd-sysv",
  "dbus",
  "openssh-server",
  "iproute2",
  "iptables",
  "nftables",
  "kmod",
  "procps",
  "ca-certificates",
  "curl",
  "sudo",
] as const;

/**
 * What Kubernetes nodes usually install. Bare hosts hold these as downloaded .deb files, so that installing them needs no
 * network; `--with-packages node` bakes them in.
 */
export const nodePackages = [
  "containerd",
  "runc",
  "containernetworking-plugins",
  "conntrack",
  "socat",
  "ethtool",
  "iptables",
  "nftables",
  "kmod",
] as const;

/** Programs of this machine that the lab calls, and the Debian package of each. */
export const toolPackages = {
  "systemd-nspawn": "systemd-container",
  mmdebstrap: "mmdebstrap",
  ip: "iproute2",
  nft: "nftables",
  ssh: "openssh-client",
  "ssh-keygen": "openssh-client",
  flock: "util-linux",
} as const;

/** Resolves `--with-packages`: the word `node` stands for the packages above. */
export function expandPackages(names: readonly string[]): readonly string[] {
  return [...new Set(names.flatMap((name) => (name === "node" ? nodePackages : [name])))].sort();
}
