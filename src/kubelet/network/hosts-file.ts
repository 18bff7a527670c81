import type { Pod } from "../api/pod.ts";
import type { PodHostname } from "./pod-hostname.ts";

const localEntries = `127.0.0.1\tlocalhost
::1\tlocalhost ip6-localhost ip6-loopback
fe00::0\tip6-localnet
fe00::0\tip6-mcastprefix
fe00::1\tip6-allnodes
fe00::2\tip6-allrouters
`;

/** The /etc/hosts of a pod that has a network of its own. */
export function podHostsFile(pod: Pod, podIPs: readonly string[], { hostname, domain }: PodHostname): string {
  const own = podIPs.map(
    (ip) => `${ip}\t${domain && !pod.spec.setHostnameAsFQDN ? `${hostname}.${domain}\t` : ""}${hostname}\n`,
  );
  return `# Kubernetes-managed hosts file.\n${localEntries}${own.join("")}${hostAliases(pod)}`;
}

/** The /etc/hosts of a pod on the host's network: the host's, plus the pod's aliases. */
export function hostNetworkHostsFile(pod: Pod, hostsFile: string): string {
  return `# Kubernetes-managed hosts file (host network).\n${hostsFile}${hostAliases(pod)}`;
}

function hostAliases(pod: Pod): string {
  const aliases = pod.spec.hostAliases ?? [];
  if (aliases.length === 0) return "";
  const lines = aliases.map(({ ip, hostnames = [] }) => `${ip}\t${hostnames.join("\t")}\n`);
  return `\n# Entries added by HostAliases.\n${lines.join("")}`;
}
