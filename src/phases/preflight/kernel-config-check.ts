import type { Check } from "../engine/check.ts";
import { isOurNode, journalProbe } from "./own-host.ts";

/** Options that k8s.io/system-validators requires; a list holds names of which one suffices. */
const requiredOptions: readonly (readonly string[])[] = [
  ["NAMESPACES"],
  ["NET_NS"],
  ["PID_NS"],
  ["IPC_NS"],
  ["UTS_NS"],
  ["CGROUPS"],
  ["CPUSETS"],
  ["MEMCG"],
  ["CGROUP_DEVICE"],
  ["CGROUP_PIDS"],
  ["INET"],
  ["EXT4_FS"],
  ["PROC_FS"],
  ["NETFILTER_XT_TARGET_REDIRECT", "IP_NF_TARGET_REDIRECT"],
  ["NETFILTER_XT_MATCH_COMMENT"],
  ["FAIR_GROUP_SCHED"],
];

/** Prints the options that are built in or modules, from the first of the usual places; nothing when none is readable. */
const configScript = `release=$(uname -r)
for place in /proc/config.gz "/boot/config-$release" "/usr/src/linux-$release/.config" "/usr/lib/modules/$release/config"; do
  [ -r "$place" ] || continue
  case $place in *.gz) zcat "$place" ;; *) cat "$place" ;; esac | sed -n 's/^CONFIG_\\([A-Z0-9_]*\\)=[ym]$/\\1/p'
  break
done`;

/** The kernel was built with what pods need; where its configuration is not readable (containers), nothing is claimed. */
export const kernelConfigCheck: Check = {
  name: "SystemVerification",
  probe: () => [journalProbe, { kind: "run", argv: ["sh", "-c", configScript] }],
  judge: ([journal, found]) => {
    const options = new Set(found?.kind === "ran" ? found.stdout.split("\n").filter(Boolean) : []);
    if (options.size === 0 || isOurNode(journal)) return [];
    const missing = requiredOptions
      .filter((names) => !names.some((name) => options.has(name)))
      .map(([name]) => `CONFIG_${name}`);
    return missing.length === 0 ? [] : [{ severity: "error", message: `the kernel lacks ${missing.join(", ")}` }];
  },
};
