/** Where a container runtime listens by default; kubeadm's constants_unix.go. */
const runtimeSockets = ["/run/containerd/containerd.sock", "/run/crio/crio.sock", "/run/cri-dockerd.sock"];
/** The paths whose free space decides whether a node can be installed and run. */
const diskPaths = ["/", "/var/lib", "/etc", "/opt", "/tmp"];

const proxySchemes = ["http", "https", "no", "all", "ftp"];
const proxyVariables = proxySchemes.flatMap((scheme) => [`${scheme}_proxy`, `${scheme.toUpperCase()}_PROXY`]);

/** Files whose text tells facts; those that a host has not are left out by `head`. */
export const factFiles = {
  hostname: "/proc/sys/kernel/hostname",
  kernel: "/proc/sys/kernel/osrelease",
  osRelease: "/etc/os-release",
  vendorOsRelease: "/usr/lib/os-release",
  mounts: "/proc/mounts",
  cpus: "/sys/devices/system/cpu/online",
  memory: "/proc/meminfo",
  bootId: "/proc/sys/kernel/random/boot_id",
  machineId: "/etc/machine-id",
  modules: "/proc/modules",
  selinux: "/sys/fs/selinux/enforce",
  apparmor: "/sys/module/apparmor/parameters/enabled",
  ufw: "/etc/ufw/ufw.conf",
} as const;

/**
 * Prints what a host can tell of itself, in sections headed `==> <name> <==`; `parseFacts` reads it.
 * It starts few programs: with many hosts on one machine, as in a lab, that is what takes the time.
 */
export const factsScript = `
exec 2>/dev/null
section() { echo; echo "==> $1 <=="; }
section clock; date +%s%N
section machine; read -r machine </proc/sys/kernel/arch && echo "$machine" || uname -m
section network
network=$(ip -o -batch - <<.
addr show
route show default
.
)
echo "$network"
case $network in *default\\ *) ;; *) ip -6 -o route show default ;; esac
section init; if [ -d /run/systemd/system ]; then echo systemd; fi
section packageManagers; for c in apt-get dnf zypper; do if command -v "$c" >/dev/null; then echo "$c"; fi; done
section sockets; for s in ${runtimeSockets.join(" ")}; do if [ -S "$s" ]; then echo "$s"; fi; done
section disk; stat -f -c '%a %S %n' ${diskPaths.join(" ")}
section sysModules; cd /sys/module && echo *
section firewall; if command -v firewall-cmd >/dev/null && systemctl is-active --quiet firewalld; then echo firewalld; fi
section resolved; if [ -f /run/systemd/resolve/resolv.conf ] && systemctl is-active --quiet systemd-resolved; then echo yes; fi
section proxies; for v in ${proxyVariables.join(" ")}; do eval "x=\\$$v"; if [ -n "$x" ]; then echo "$v=$x"; fi; done
section oom; if (echo -1 >/proc/self/oom_score_adj); then echo yes; fi
echo; head -v -n 99999 ${Object.values(factFiles).join(" ")}
section end
exit 0
`;
