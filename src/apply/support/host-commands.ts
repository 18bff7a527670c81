/** A command whose output is worth a file in the archive. */
export type HostCommand = { readonly file: string; readonly argv: readonly string[] };

/** What a host is asked, with so many last lines of each journal. No command prints what processes were started with. */
export function hostCommands(lines: number): readonly HostCommand[] {
  const journal = (...which: string[]) => [
    "journalctl",
    "--no-pager",
    "--output=short-iso-precise",
    `--lines=${lines}`,
    ...which,
  ];
  return [
    { file: "journal/kubelet.log", argv: journal("--unit=kubelet") },
    { file: "journal/containerd.log", argv: journal("--unit=containerd") },
    { file: "journal/kernel.log", argv: journal("--dmesg") },
    {
      file: "units.txt",
      argv: ["systemctl", "--no-pager", "show", "kubelet", "containerd", `--property=${unitProperties}`],
    },
    { file: "failed-units.txt", argv: ["systemctl", "--no-pager", "--failed"] },
    { file: "processes.txt", argv: ["ps", "-eo", "pid,ppid,user,stat,rss,pcpu,etime,comm"] },
    { file: "containers.txt", argv: ["ctr", "--namespace=k8s.io", "containers", "list"] },
    { file: "tasks.txt", argv: ["ctr", "--namespace=k8s.io", "tasks", "list"] },
    { file: "images.txt", argv: ["ctr", "--namespace=k8s.io", "images", "list"] },
    { file: "nftables.txt", argv: ["nft", "list", "ruleset"] },
    { file: "ip-address.txt", argv: ["ip", "address"] },
    { file: "ip-route.txt", argv: ["ip", "route", "show", "table", "all"] },
    { file: "sockets.txt", argv: ["ss", "-lntup"] },
    { file: "disk.txt", argv: ["df", "-h"] },
    { file: "inodes.txt", argv: ["df", "-i"] },
    { file: "memory.txt", argv: ["cat", "/proc/meminfo"] },
    { file: "mounts.txt", argv: ["cat", "/proc/mounts"] },
  ];
}

const unitProperties =
  "Id,LoadState,ActiveState,SubState,Result,ExecMainStatus,NRestarts,ActiveEnterTimestamp,MemoryCurrent";
