import { randomUUID } from "node:crypto";
import { type Cidr, parseCidrs } from "../../../base/cidr.ts";
import { SlipwayError } from "../../../base/errors.ts";
import { until } from "../../../base/until.ts";
import type { Log } from "../../../kube/program/log.ts";
import { AdmissionChain } from "../admission/chain.ts";
import { admissionPlugins } from "../admission/plugins.ts";
import { ClusterIps } from "../allocation/cluster-ips.ts";
import { NodePorts, type PortRange } from "../allocation/node-ports.ts";
import { Repairs } from "../allocation/repair.ts";
import { serviceAllocator } from "../allocation/service-allocator.ts";
import type { Rbac } from "../authz/rbac/rbac.ts";
import { EtcdClient } from "../etcd/client.ts";
import type { Flags } from "../flags/flags.ts";
import type { Gate } from "../http/router.ts";
import { builtInStrategies } from "../kinds/strategies.ts";
import type { RegistryContext } from "../registry/context.ts";
import { Strategies } from "../registry/strategy.ts";
import { Turns } from "../registry/turns.ts";
import { builtInResources } from "../resources/built-in.ts";
import { Catalog } from "../resources/catalog.ts";
import type { ResourceType } from "../resources/resource-type.ts";
import { EtcdMirror } from "../storage/etcd-mirror.ts";
import { ObjectStore } from "../storage/object-store.ts";
import { authenticationOf, authorizerOf } from "./gate.ts";
import type { LiveMaterial } from "./live-material.ts";

export type Opened = {
  readonly context: RegistryContext;
  readonly gate: Gate;
  readonly rbac: Rbac;
  /** The networks of services' addresses: the cluster's default family first. */
  readonly serviceCidrs: readonly [Cidr, ...Cidr[]];
  readonly repairs: Repairs;
};

/** Connects to etcd and puts together all that requests are served with. */
export async function openContext(
  flags: Flags,
  material: LiveMaterial,
  { log, stopping, ended }: { log: Log; stopping: AbortSignal; ended: AbortSignal },
): Promise<Opened> {
  const now = () => new Date();
  const root = flags["etcd-prefix"];
  const etcd = new EtcdClient(flags["etcd-servers"], () => material.current.etcd);
  const mirror = new EtcdMirror(etcd, root, {
    failed: (error) => log("W", "The watch of etcd broke off", { error: error.message }),
    goesOn: () => log("I", "The watch of etcd goes on"),
  });
  // The kubelet starts etcd and this server side by side.
  await until(() => mirror.start(ended).then(() => true), { for: "etcd", withinMs: 60_000, signal: stopping });
  const store = new ObjectStore(etcd, mirror, root);
  const catalog = new Catalog(builtInResources);
  const parts = { flags, material, store, catalog, now };
  const { authorizer, rbac } = await authorizerOf(parts);
  const gate = { authentication: authenticationOf(parts), authorizer };
  const plugins = admissionPlugins(
    {
      store,
      catalog,
      authorizer,
      rbac,
      now,
      defaults: {
        notReadySeconds: flags["default-not-ready-toleration-seconds"],
        unreachableSeconds: flags["default-unreachable-toleration-seconds"],
      },
    },
    { enabled: flags["enable-admission-plugins"], disabled: flags["disable-admission-plugins"] },
  );
  const serviceCidrs = serviceCidrsOf(flags);
  const networks = serviceCidrs.map((cidr) => clusterIps({ store, catalog, cidr, now }));
  const ports = new NodePorts(etcd, root, portRange(flags));
  const context: RegistryContext = {
    store,
    catalog,
    strategies: new Strategies(
      builtInStrategies({
        eventTtlSeconds: Math.round(flags["event-ttl"] / 1000),
        allowsPrivileged: flags["allow-privileged"],
      }),
    ),
    allocator: serviceAllocator(networks, ports),
    admission: new AdmissionChain(plugins),
    authorizer,
    turns: new Turns(),
    now,
    uuid: randomUUID,
    stopping,
  };
  const repairs = new Repairs({
    store,
    services: typeOf(catalog, "", "services"),
    addresses: typeOf(catalog, "networking.k8s.io", "ipaddresses"),
    networks,
    ports,
    now,
    found: (what, details) => log("W", what, details),
  });
  return { context, gate, rbac, serviceCidrs, repairs };
}

function clusterIps({
  store,
  catalog,
  cidr,
  now,
}: {
  store: ObjectStore;
  catalog: Catalog;
  cidr: Cidr;
  now: () => Date;
}): ClusterIps {
  const type = typeOf(catalog, "networking.k8s.io", "ipaddresses");
  const stamp = () => ({ uid: randomUUID(), creationTimestamp: `${now().toISOString().slice(0, 19)}Z` });
  return new ClusterIps(store, type, { cidr, stamp });
}

function typeOf(catalog: Catalog, group: string, resource: string): ResourceType {
  const type = catalog.find(group, "v1", resource);
  if (!type) throw new Error(`${resource} are not in the catalog`);
  return type;
}

function serviceCidrsOf(flags: Flags): readonly [Cidr, ...Cidr[]] {
  const name = "service-cluster-ip-range";
  const [first, second, ...more] = parseCidrs(flags[name]) ?? [];
  if (!first) throw invalidFlag(name, "is not a network");
  if (more.length > 0) throw invalidFlag(name, "can hold two networks at most");
  if (second?.address.family === first.address.family)
    throw invalidFlag(name, "must hold networks of different IP families");
  return second ? [first, second] : [first];
}

function portRange(flags: Flags): PortRange {
  const [, first, last] = /^(\d+)-(\d+)$/.exec(flags["service-node-port-range"]) ?? [];
  if (!first || !last || Number(first) > Number(last))
    throw invalidFlag("service-node-port-range", "is not a range of ports");
  return { first: Number(first), last: Number(last) };
}

function invalidFlag(name: string, why: string): SlipwayError {
  return new SlipwayError({ code: "FLAG_INVALID", exit: "usage", message: `--${name} ${why}` });
}
