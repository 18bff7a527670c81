/** What DNS knows of the cluster, keyed for lookups; kept up to date by informers. */
export type ServiceIndex = {
  readonly namespaces: ReadonlySet<string>;
  /** By `namespace/name`. */
  readonly services: ReadonlyMap<string, ServiceRecord>;
  readonly endpoints: ReadonlyMap<string, readonly EndpointRecord[]>;
  /** Names below the cluster's domain that an address stands for, without the domain: `web.default.svc`. */
  readonly namesByAddress: ReadonlyMap<string, readonly string[]>;
};

export type ServiceRecord =
  | { readonly kind: "cluster"; readonly addresses: readonly string[]; readonly ports: readonly NamedPort[] }
  | { readonly kind: "headless" }
  | { readonly kind: "external"; readonly target: string };

export type NamedPort = { readonly name: string; readonly protocol: string; readonly port: number };
export type EndpointRecord = {
  readonly address: string;
  readonly host: string;
  readonly hasHostname: boolean;
  readonly ports: readonly NamedPort[];
};

type Meta = {
  namespace?: string;
  name?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
};
export type ServiceObject = {
  metadata: Meta;
  spec?: {
    type?: string;
    clusterIP?: string;
    clusterIPs?: string[];
    externalName?: string;
    publishNotReadyAddresses?: boolean;
    ports?: { name?: string; protocol?: string; port: number }[];
  };
};
export type SliceObject = {
  metadata: Meta;
  addressType: string;
  endpoints?: { addresses: string[]; hostname?: string; conditions?: { ready?: boolean } }[];
  ports?: { name?: string; protocol?: string; port?: number }[];
};

/** Builds the index from all objects; pure, some milliseconds for thousands of services. */
export function serviceIndex(
  services: Iterable<ServiceObject>,
  slices: Iterable<SliceObject>,
  namespaces: Iterable<{ metadata: Meta }>,
): ServiceIndex {
  const records = new Map([...services].map((service) => [keyOf(service.metadata), recordOf(service)] as const));
  const endpoints = new Map<string, EndpointRecord[]>();
  for (const slice of slices) {
    const key = `${slice.metadata.namespace}/${slice.metadata.labels?.["kubernetes.io/service-name"]}`;
    if (records.has(key)) endpoints.set(key, [...(endpoints.get(key) ?? []), ...endpointsOf(slice)]);
  }
  const names = [...namespaces].flatMap(({ metadata }) => (metadata.name ? [metadata.name] : []));
  return { namespaces: new Set(names), services: records, endpoints, namesByAddress: reverse(records, endpoints) };
}

function recordOf({ spec }: ServiceObject): ServiceRecord {
  if (spec?.type === "ExternalName") return { kind: "external", target: (spec.externalName ?? "").replace(/\.$/, "") };
  const addresses = (spec?.clusterIPs?.length ? spec.clusterIPs : [spec?.clusterIP ?? ""]).filter((ip) => ip !== "");
  if (addresses.includes("None")) return { kind: "headless" };
  return { kind: "cluster", addresses, ports: (spec?.ports ?? []).map(namedPort) };
}

function endpointsOf({ endpoints = [], ports = [] }: SliceObject): EndpointRecord[] {
  const named = ports.flatMap(({ port, ...rest }) => (port === undefined ? [] : [namedPort({ ...rest, port })]));
  return endpoints
    .filter(({ conditions }) => conditions?.ready ?? true)
    .flatMap(({ addresses, hostname }) =>
      addresses.map((address) => ({
        address,
        host: hostname ?? address.replaceAll(/[.:]/g, "-"),
        hasHostname: hostname !== undefined,
        ports: named,
      })),
    );
}

function reverse(
  services: ReadonlyMap<string, ServiceRecord>,
  endpoints: ReadonlyMap<string, readonly EndpointRecord[]>,
): Map<string, string[]> {
  const names = new Map<string, string[]>();
  const add = (address: string, name: string) => names.set(address, [...(names.get(address) ?? []), name]);
  for (const [key, record] of services) {
    if (record.kind === "cluster") for (const address of record.addresses) add(address, domainOf(key));
    if (record.kind === "external") continue;
    for (const { address, host, hasHostname } of endpoints.get(key) ?? []) {
      if (record.kind === "headless" || hasHostname) add(address, `${host}.${domainOf(key)}`);
    }
  }
  return names;
}

function domainOf(key: string): string {
  const [namespace, name] = key.split("/");
  return `${name}.${namespace}.svc`;
}

function namedPort({ name, protocol, port }: { name?: string; protocol?: string; port: number }): NamedPort {
  return { name: (name ?? "").toLowerCase(), protocol: (protocol ?? "TCP").toLowerCase(), port };
}

function keyOf({ namespace, name }: Meta): string {
  return `${namespace}/${name}`;
}
