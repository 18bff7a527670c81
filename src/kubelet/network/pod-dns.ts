import type { Pod } from "../api/pod.ts";

/** The resolver of a pod, as the CRI's dns_config. */
export type PodDns = {
  readonly servers: readonly string[];
  readonly searches: readonly string[];
  readonly options: readonly string[];
};

export type ClusterDns = { readonly servers: readonly string[]; readonly domain: string };

const maxServers = 3;
const maxSearches = 32;

/** Reads a resolv.conf; the last `search` and `options` lines win. */
export function parseResolvConf(text: string): PodDns {
  const servers: string[] = [];
  let searches: string[] = [];
  let options: string[] = [];
  for (const line of text.split("\n")) {
    const [keyword, ...words] = line.trim().split(/\s+/);
    if (keyword === "nameserver" && words[0]) servers.push(words[0]);
    else if (keyword === "search") searches = words.map((word) => (word === "." ? word : word.replace(/\.$/, "")));
    else if (keyword === "options") options = words;
  }
  return { servers, searches, options };
}

/** dnsPolicy and dnsConfig of a pod over the cluster's and the host's resolvers (network/dns/dns.go). */
export function podDns(pod: Pod, cluster: ClusterDns, host: PodDns): PodDns {
  return withinLimits(appended(byPolicy(pod, cluster, host), pod));
}

function byPolicy(pod: Pod, cluster: ClusterDns, host: PodDns): PodDns {
  const policy = pod.spec.dnsPolicy ?? "ClusterFirst";
  const wantsCluster = policy === "ClusterFirstWithHostNet" || (policy === "ClusterFirst" && !pod.spec.hostNetwork);
  if (policy === "None") return { servers: [], searches: [], options: [] };
  // Without a cluster DNS the host's resolver is all there is.
  if (!wantsCluster || cluster.servers.length === 0) return host.servers.length > 0 ? host : localhost(host);
  return {
    servers: cluster.servers,
    searches: clusterSearches(pod, cluster.domain, host.searches),
    options: ["ndots:5"],
  };
}

function localhost(host: PodDns): PodDns {
  return { ...host, servers: ["127.0.0.1"], searches: ["."] };
}

function clusterSearches(pod: Pod, domain: string, hostSearches: readonly string[]): string[] {
  if (domain === "") return [...hostSearches];
  const cluster = [`${pod.metadata.namespace}.svc.${domain}`, `svc.${domain}`, domain];
  return unique([...cluster, ...hostSearches]);
}

function appended(dns: PodDns, pod: Pod): PodDns {
  const config = pod.spec.dnsConfig;
  if (!config) return dns;
  const own = (config.options ?? []).map(({ name, value }) => ({ name, text: value ? `${name}:${value}` : name }));
  const kept = dns.options.filter((option) => !own.some(({ name }) => name === option.split(":")[0]));
  return {
    servers: unique([...dns.servers, ...(config.nameservers ?? [])]),
    searches: unique([...dns.searches, ...(config.searches ?? [])]),
    options: [...kept, ...own.map(({ text }) => text)],
  };
}

function withinLimits({ servers, searches, options }: PodDns): PodDns {
  return { servers: servers.slice(0, maxServers), searches: searches.slice(0, maxSearches), options };
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}
