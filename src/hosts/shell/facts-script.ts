/** Where a container runtime listens by default; kubeadm's constants_unix.go. */
const runtimeSockets = ["/run/containerd/containerd.sock", "/run/crio/crio.sock", "/run/cri-dockerd.sock"];
/** The paths whose free space decides whether a node can be installed and run. */
const diskPaths = ["/", "/var/lib", "/etc", "/opt", "/tmp"];

/** Prints what a host can tell of itself, in sections headed `== <name>`; `parseFacts` reads it. */
export const factsScript = `
exec 2>/dev/null
section() { echo "== $1"; }
section clock; date +%s%N
section hostname; cat /proc/sys/kernel/hostname
section os; cat /etc/os-release || cat /usr/lib/os-release
section machine; uname -m
section kernel; uname -r
section mounts; cat /proc/mounts
section cpus; nproc --all
section memory; cat /proc/meminfo
section addresses; ip -o addr show
section routes; ip -4 -o route show default; ip -6 -o route show default
section init; if [ -d /run/systemd/system ]; then echo systemd; fi
section packageManagers; for c in apt-get dnf zypper; do if command -v "$c" >/dev/null; then echo "$c"; fi; done
section sockets; for s in ${runtimeSockets.join(" ")}; do if [ -S "$s" ]; then echo "$s"; fi; done
section bootId; cat /proc/sys/kernel/random/boot_id
section machineId; cat /etc/machine-id
section disk; for p in ${diskPaths.join(" ")}; do if [ -d "$p" ]; then stat -f -c '%a %S %n' "$p"; fi; done
section modules; cut -d ' ' -f 1 /proc/modules; ls /sys/module
section selinux; cat /sys/fs/selinux/enforce
section apparmor; cat /sys/module/apparmor/parameters/enabled
section firewall
if systemctl is-active --quiet firewalld; then echo firewalld; fi
if grep -q '^ENABLED=yes' /etc/ufw/ufw.conf; then echo ufw; fi
section oom; if (echo -1 >/proc/self/oom_score_adj); then echo yes; fi
section end
exit 0
`;
