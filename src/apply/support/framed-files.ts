import { posix } from "node:path";
import type { SupportFile } from "./support-file.ts";

/** What a host shows of itself as files: never a key, a kubeconfig or a token's file. */
const patterns = [
  "/etc/kubernetes/manifests/*.yaml",
  "/etc/containerd/config.toml",
  "/etc/cni/net.d/*.conf",
  "/etc/cni/net.d/*.conflist",
  "/etc/systemd/system/kubelet.service",
  "/etc/systemd/system/kubelet.service.d/*.conf",
  "/etc/os-release",
  "/var/lib/kubelet/config.yaml",
  "/var/lib/kubelet/kubeadm-flags.env",
  "/var/lib/slipway/journal.json",
  "/var/log/pods/kube-system_*/*/*.log",
];

/** Prints path and last lines of each file, each ended by NUL; $1 is how many lines of a log to print. */
export const framedFilesScript = `
for f in ${patterns.join(" ")}; do
  [ -f "$f" ] || continue
  case $f in *.log) n=$1 ;; *) n=100000 ;; esac
  printf '%s\\0' "$f"; tail -n "$n" -- "$f" | tr -d '\\000'; printf '\\0'
done
`;

/** Reads what the script printed; paths come out relative and cannot climb, whatever a host says. */
export function framedFiles(text: string): SupportFile[] {
  const parts = text.split("\0").slice(0, -1);
  return parts.flatMap((path, index) => {
    const content = parts[index + 1];
    return index % 2 === 0 && content !== undefined
      ? [{ path: posix.normalize(`/${path}`).slice(1), text: content }]
      : [];
  });
}
