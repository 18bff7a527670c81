import type { Answer } from "dns-packet";
import { isWithin, type Query, type Reply, reply } from "../message.ts";
import { addressOfReverseName } from "./reverse-name.ts";
import type { EndpointRecord, NamedPort, ServiceIndex, ServiceRecord } from "./service-index.ts";

/** The version of the DNS specification of Kubernetes that is served (TXT of `dns-version`). */
const specificationVersion = "1.1.0";

export type ZoneOptions = {
  /** The cluster's domain, e.g. `cluster.local`. */
  readonly domain: string;
  /** Reverse zones that are answered, e.g. `in-addr.arpa`. */
  readonly reverseZones: readonly string[];
  readonly ttl: number;
  /** `insecure` answers 1-2-3-4.<namespace>.pod for every address. */
  readonly pods: "disabled" | "insecure";
  /** Zones in which an unknown name goes on to the next plugin. */
  readonly fallthrough: readonly string[];
};

/** A name that is ours: records of the asked type, or an alias to resolve elsewhere. */
export type ZoneAnswer =
  | { readonly kind: "reply"; readonly reply: Reply }
  | { readonly kind: "alias"; readonly target: string; readonly record: Answer }
  | { readonly kind: "next" };

type Found =
  | { readonly answers: readonly Answer[]; readonly additionals?: readonly Answer[] }
  | { readonly alias: string };

/** Answers a query from the index, after the Kubernetes DNS specification 1.1; pure. */
export function answerFromZone(query: Query, index: ServiceIndex, options: ZoneOptions): ZoneAnswer {
  const reverseZone = options.reverseZones.find((zone) => isWithin(query.name, zone));
  if (reverseZone === undefined && !isWithin(query.name, options.domain)) return { kind: "next" };
  const found = reverseZone === undefined ? lookup(query, index, options) : lookupReverse(query, index, options);
  const zone = reverseZone ?? options.domain;
  if (!found) {
    if (options.fallthrough.some((one) => isWithin(query.name, one))) return { kind: "next" };
    return { kind: "reply", reply: reply("NXDOMAIN", { authoritative: true, authorities: [soa(zone, options)] }) };
  }
  if ("alias" in found) {
    return {
      kind: "alias",
      target: found.alias,
      record: { type: "CNAME", name: query.name, ttl: options.ttl, data: found.alias },
    };
  }
  const authorities = found.answers.length === 0 ? [soa(zone, options)] : [];
  return {
    kind: "reply",
    reply: reply("NOERROR", {
      authoritative: true,
      authorities,
      answers: found.answers,
      additionals: found.additionals ?? [],
    }),
  };
}

/** Undefined: no such name. Empty answers: the name is there, but not with this type. */
function lookup(query: Query, index: ServiceIndex, options: ZoneOptions): Found | undefined {
  const labels = query.name === options.domain ? [] : query.name.slice(0, -options.domain.length - 1).split(".");
  const [last = "", namespace = "", name = "", ...deeper] = labels.toReversed();
  if (labels.length === 0) return { answers: query.type === "SOA" ? [soa(options.domain, options)] : [] };
  if (labels.length === 1 && last === "dns-version") {
    return {
      answers:
        query.type === "TXT" ? [{ type: "TXT", name: query.name, ttl: options.ttl, data: specificationVersion }] : [],
    };
  }
  if (last !== "svc" && last !== "pod") return undefined;
  if (labels.length === 1) return { answers: [] };
  if (!index.namespaces.has(namespace)) return undefined;
  if (labels.length === 2) return { answers: [] };
  if (last === "pod") return deeper.length === 0 ? lookupPod(query, name, options) : undefined;
  const service = index.services.get(`${namespace}/${name}`);
  const endpoints = index.endpoints.get(`${namespace}/${name}`) ?? [];
  return (
    service &&
    lookupService(
      query,
      { service, endpoints, labels: deeper.toReversed(), fqdn: `${name}.${namespace}.svc.${options.domain}` },
      options,
    )
  );
}

type ServiceName = {
  readonly service: ServiceRecord;
  readonly endpoints: readonly EndpointRecord[];
  /** What stands before the service's name: `_http._tcp` or an endpoint's host. */
  readonly labels: readonly string[];
  readonly fqdn: string;
};

function lookupService(
  query: Query,
  { service, endpoints, labels, fqdn }: ServiceName,
  { ttl }: ZoneOptions,
): Found | undefined {
  if (service.kind === "external") return labels.length === 0 ? { alias: service.target } : undefined;
  const [first = "", second = ""] = labels;
  if (labels.length === 2 && first.startsWith("_") && second.startsWith("_")) {
    const isAsked = ({ name, protocol }: NamedPort) => `_${name}` === first && `_${protocol}` === second;
    return servers(query, { service, endpoints, isAsked, fqdn }, ttl);
  }
  if (labels.length === 1) {
    const hosts = endpoints.filter(({ host }) => host === first);
    return hosts.length > 0
      ? addresses(
          query,
          hosts.map(({ address }) => address),
          ttl,
        )
      : undefined;
  }
  if (labels.length > 1) return undefined;
  if (query.type === "SRV") return servers(query, { service, endpoints, isAsked: () => true, fqdn }, ttl);
  if (service.kind === "cluster") return addresses(query, service.addresses, ttl);
  return endpoints.length > 0
    ? addresses(query, [...new Set(endpoints.map(({ address }) => address))], ttl)
    : undefined;
}

function servers(
  query: Query,
  { service, endpoints, isAsked, fqdn }: Omit<ServiceName, "labels"> & { isAsked: (port: NamedPort) => boolean },
  ttl: number,
): Found | undefined {
  const targets =
    service.kind === "cluster"
      ? service.ports.filter(isAsked).map(({ port }) => ({ target: fqdn, port, addresses: service.addresses }))
      : endpoints.flatMap(({ host, address, ports }) =>
          ports.filter(isAsked).map(({ port }) => ({ target: `${host}.${fqdn}`, port, addresses: [address] })),
        );
  if (targets.length === 0) return undefined;
  if (query.type !== "SRV") return { answers: [] };
  const weight = Math.max(1, Math.floor(100 / targets.length));
  return {
    answers: targets.map(({ target, port }) => ({
      type: "SRV",
      name: query.name,
      ttl,
      data: { priority: 0, weight, port, target },
    })),
    additionals: targets.flatMap(({ target, addresses: ips }) => ips.map((ip) => addressRecord(target, ip, ttl))),
  };
}

function lookupPod({ name, type, protocol }: Query, label: string, { pods, ttl }: ZoneOptions): Found | undefined {
  if (pods === "disabled") return undefined;
  const dashes = label.split("-");
  const address = dashes.length === 4 ? dashes.join(".") : label.replaceAll("-", ":");
  const isAddress = /^(\d{1,3}\.){3}\d{1,3}$/.test(address) || /^[0-9a-f:]*::?[0-9a-f:]+$/.test(address);
  return isAddress ? addresses({ name, type, protocol }, [address], ttl) : undefined;
}

function lookupReverse(query: Query, index: ServiceIndex, { domain, ttl }: ZoneOptions): Found | undefined {
  const address = addressOfReverseName(query.name);
  const names = address === undefined ? undefined : index.namesByAddress.get(address);
  if (!names) return undefined;
  if (query.type !== "PTR") return { answers: [] };
  return { answers: names.map((name) => ({ type: "PTR", name: query.name, ttl, data: `${name}.${domain}` })) };
}

function addresses(query: Query, ips: readonly string[], ttl: number): Found {
  const wanted = ips.filter((ip) => query.type === (ip.includes(":") ? "AAAA" : "A"));
  return { answers: wanted.map((ip) => addressRecord(query.name, ip, ttl)) };
}

function addressRecord(name: string, ip: string, ttl: number): Answer {
  return { type: ip.includes(":") ? "AAAA" : "A", name, ttl, data: ip };
}

function soa(zone: string, { ttl }: ZoneOptions): Answer {
  const data = {
    mname: `ns.dns.${zone}`,
    rname: `hostmaster.${zone}`,
    serial: 1,
    refresh: 7200,
    retry: 1800,
    expire: 86_400,
    minimum: ttl,
  };
  return { type: "SOA", name: zone, ttl, data };
}
