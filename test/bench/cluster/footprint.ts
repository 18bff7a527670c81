import type { BenchLab } from "./bench-lab.ts";

export type Footprint = {
  /** By the host's clock. */
  readonly atSeconds: number;
  readonly cpuSeconds: number;
  readonly rssMiB: number;
  readonly programs: readonly { readonly name: string; readonly rssMiB: number; readonly cpuSeconds: number }[];
};

/** Which processes are a cluster's own, by their command line; what they are called. */
const programs = [
  ["kubelet", /kubelet\.mjs|\/kubelet /],
  ["etcd", /^etcd /],
  ["kube-apiserver", /(^|\/)kube-apiserver /],
  ["kube-controller-manager", /(^|\/)kube-controller-manager /],
  ["kube-scheduler", /(^|\/)kube-scheduler /],
  ["kube-proxy", /(^|\/)kube-proxy /],
  ["coredns", /(^|\/)coredns /],
  ["slipway-cni", /slipway-cni/],
] as const;

/** Clock ticks, resident KiB and command line of every process of the host. */
const script = `date +%s.%N; getconf CLK_TCK
for pid in $(ls /proc | grep '^[0-9]'); do
  [ -r /proc/$pid/cmdline ] || continue
  line=$(tr '\\0' ' ' < /proc/$pid/cmdline 2>/dev/null); [ -n "$line" ] || continue
  stat=$(cut -d')' -f2- /proc/$pid/stat 2>/dev/null) || continue
  set -- $stat; rss=$(awk '/^VmRSS/ { print $2 }' /proc/$pid/status 2>/dev/null)
  echo "$((\${12} + \${13})) \${rss:-0} $line"
done`;

/** What a control plane's programs hold and have used so far. */
export async function footprint(bench: BenchLab): Promise<Footprint> {
  const [at = "", ticks = "", ...lines] = (await bench.run("cp1", script)).split("\n");
  const processes = lines.flatMap((line) => {
    const [, used, rss, command = ""] = /^(\d+) (\d+) (.*)$/.exec(line) ?? [];
    const name = programs.find(([, pattern]) => pattern.test(command))?.[0];
    return name ? [{ name, rssMiB: Number(rss) / 1024, cpuSeconds: Number(used) / Number(ticks) }] : [];
  });
  const missing = programs.filter(([name]) => !processes.some((one) => one.name === name)).map(([name]) => name);
  if (missing.length > 0) throw new Error(`no process of ${missing.join(", ")} on the host:\n${lines.join("\n")}`);
  const sum = (of: "rssMiB" | "cpuSeconds") => processes.reduce((total, one) => total + one[of], 0);
  return { atSeconds: Number(at), cpuSeconds: sum("cpuSeconds"), rssMiB: sum("rssMiB"), programs: processes };
}
