/** Values that a kubelet with upstream defaults wants of the machine; inside a host these files are read-only. */
export const kubeletSysctls = {
  "vm.overcommit_memory": "1",
  "vm.panic_on_oom": "0",
  "kernel.panic": "10",
  "kernel.panic_on_oops": "1",
  "kernel.keys.root_maxkeys": "1000000",
  "kernel.keys.root_maxbytes": "25000000",
} as const;

export type BootSettings = {
  readonly address: string;
  readonly prefixLength: number;
  readonly gateway: string;
  readonly mtu: number;
};

/** Runs first in a host: controllers writable, the kubelet's sysctls shadowed by private files, the network up. */
export function bootScript({ address, prefixLength, gateway, mtu }: BootSettings): string {
  return `#!/bin/sh
set -eu

# nspawn mounts cgroup v1 controllers read-only; a container runtime must write them.
if [ "$(stat -fc %T /sys/fs/cgroup)" = tmpfs ]; then
  mount -o remount,rw /sys/fs/cgroup
  for controller in /sys/fs/cgroup/*; do
    if mountpoint -q "$controller"; then mount -o remount,bind,rw "$controller"; fi
  done
fi

# These are the whole machine's and not ours to change: a private file with the wanted value lies over each.
mkdir -p /run/slipway-lab/sysctl
shadow() {
  [ -e "/proc/sys/$1" ] || return 0
  echo "$2" > "/run/slipway-lab/sysctl/$(echo "$1" | tr / .)"
  mount --bind "/run/slipway-lab/sysctl/$(echo "$1" | tr / .)" "/proc/sys/$1"
}
${Object.entries(kubeletSysctls)
  .map(([name, value]) => `shadow ${name.replaceAll(".", "/")} ${value}`)
  .join("\n")}

# A new network namespace takes this from the machine around it; a fresh host does not forward.
echo 0 > /proc/sys/net/ipv4/ip_forward
ip link set lo up
ip link set host0 mtu ${mtu} up
ip address replace ${address}/${prefixLength} dev host0
ip route replace default via ${gateway} dev host0
`;
}

export const bootUnit = `[Unit]
Description=What a lab host needs before anything else
DefaultDependencies=no
After=-.mount systemd-remount-fs.service
Before=sysinit.target network-pre.target systemd-sysctl.service
Wants=network-pre.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/local/lib/slipway-lab/boot

[Install]
WantedBy=sysinit.target
`;
