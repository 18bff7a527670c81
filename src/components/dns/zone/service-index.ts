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

export type NamespaceObject = { metadata: Meta };

/** The index of all objects at once. */
export function serviceIndex(
  services: Iterable<ServiceObject>,
  slices: Iterable<SliceObject>,
  namespaces: Iterable<NamespaceObject>,
): ServiceIndex {
  const index = new LiveServiceIndex();
  for (const service of services) index.setService(service);
  for (const slice of slices) index.setSlice(slice);
  for (const namespace of namespaces) index.setNamespace(namespace);
  return index;
}

/** The index as objects come and go: each change costs what its own service costs, however many there are. */
export class LiveServiceIndex implements ServiceIndex {
  readonly namespaces = new Set<string>();
  readonly services = new Map<string, ServiceRecord>();
  readonly endpoints = new Map<string, readonly EndpointRecord[]>();
  readonly namesByAddress = new Map<string, readonly string[]>();
  readonly #slices = new Map<string, Map<string, SliceObject>>();
  /** What a service put into namesByAddress, to be taken out when it changes. */
  readonly #named = new Map<string, readonly (readonly [address: string, name: string])[]>();

  setService(service: ServiceObject): void {
    const key = keyOf(service.metadata);
    this.services.set(key, recordOf(service));
    this.#update(key);
  }

  deleteService({ metadata }: ServiceObject): void {
    this.services.delete(keyOf(metadata));
    this.#update(keyOf(metadata));
  }

  setSlice(slice: SliceObject): void {
    const key = serviceKeyOf(slice);
    const slices = this.#slices.get(key) ?? new Map<string, SliceObject>();
    this.#slices.set(key, slices.set(keyOf(slice.metadata), slice));
    this.#update(key);
  }

  deleteSlice(slice: SliceObject): void {
    const key = serviceKeyOf(slice);
    const slices = this.#slices.get(key);
    slices?.delete(keyOf(slice.metadata));
    if (slices?.size === 0) this.#slices.delete(key);
    this.#update(key);
  }

  setNamespace({ metadata }: NamespaceObject): void {
    if (metadata.name) this.namespaces.add(metadata.name);
  }

  deleteNamespace({ metadata }: NamespaceObject): void {
    if (metadata.name) this.namespaces.delete(metadata.name);
  }

  #update(key: string): void {
    const service = this.services.get(key);
    const found = service ? [...(this.#slices.get(key)?.values() ?? [])].flatMap(endpointsOf) : [];
    if (found.length > 0) this.endpoints.set(key, found);
    else this.endpoints.delete(key);
    for (const [address, name] of this.#named.get(key) ?? []) this.#unname(address, name);
    const named = service ? namesOf(key, service, found) : [];
    for (const [address, name] of named) this.#name(address, name);
    if (named.length > 0) this.#named.set(key, named);
    else this.#named.delete(key);
  }

  #name(address: string, name: string): void {
    this.namesByAddress.set(address, [...(this.namesByAddress.get(address) ?? []), name]);
  }

  #unname(address: string, name: string): void {
    const left = (this.namesByAddress.get(address) ?? []).filter((one) => one !== name);
    if (left.length > 0) this.namesByAddress.set(address, left);
    else this.namesByAddress.delete(address);
  }
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

/** Which names the addresses of a service stand for. */
function namesOf(
  key: string,
  record: ServiceRecord,
  endpoints: readonly EndpointRecord[],
): readonly (readonly [address: string, name: string])[] {
  if (record.kind === "external") return [];
  const own = record.kind === "cluster" ? record.addresses.map((address) => [address, domainOf(key)] as const) : [];
  const hosts = endpoints
    .filter(({ hasHostname }) => record.kind === "headless" || hasHostname)
    .map(({ address, host }) => [address, `${host}.${domainOf(key)}`] as const);
  return [...own, ...hosts];
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

function serviceKeyOf({ metadata }: SliceObject): string {
  return `${metadata.namespace}/${metadata.labels?.["kubernetes.io/service-name"]}`;
}
