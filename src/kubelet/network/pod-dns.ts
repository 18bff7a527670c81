import type { Pod } from "../api/pod.ts";
import type { PodEvent } from "../events/pod-events.ts";

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

/** What is told of a pod whose resolver is not what it asked for. */
export function dnsEvents(pod: Pod, cluster: ClusterDns, host: PodDns): readonly PodEvent[] {
  const asked = appended(byPolicy(pod, cluster, host), pod);
  const applied = withinLimits(asked);
  const events: [boolean, string, string][] = [
    [
      wantsCluster(pod) && cluster.servers.length === 0,
      "MissingClusterDNS",
      `pod: "${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})". kubelet does not have ClusterDNS IP configured and cannot create Pod using "ClusterFirst" policy. Falling back to "Default" policy.`,
    ],
    [
      asked.servers.length > maxServers,
      "DNSConfigForming",
      `Nameserver limits were exceeded, some nameservers have been omitted, the applied nameserver line is: ${applied.servers.join(" ")}`,
    ],
    [
      asked.searches.length > maxSearches,
      "DNSConfigForming",
      `Search Line limits were exceeded, some search paths have been omitted, the applied search line is: ${applied.searches.join(" ")}`,
    ],
  ];
  return events.flatMap(([isSo, reason, message]) => (isSo ? [{ type: "Warning", reason, message }] : []));
}

function wantsCluster({ spec: { dnsPolicy = "ClusterFirst", hostNetwork } }: Pod): boolean {
  return dnsPolicy === "ClusterFirstWithHostNet" || (dnsPolicy === "ClusterFirst" && !hostNetwork);
}

function byPolicy(pod: Pod, cluster: ClusterDns, host: PodDns): PodDns {
  if (pod.spec.dnsPolicy === "None") return { servers: [], searches: [], options: [] };
  // Without a cluster DNS the host's resolver is all there is.
  if (!wantsCluster(pod) || cluster.servers.length === 0) return host.servers.length > 0 ? host : localhost(host);
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
