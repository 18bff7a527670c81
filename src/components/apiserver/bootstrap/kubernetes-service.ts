import type { KubeObject } from "../../../kube/object.ts";
import type { RegistryContext } from "../registry/context.ts";
import { reconcileObject } from "./ensure.ts";

export type ServerAddress = {
  /** Where this server is reached by others. */
  readonly address: string;
  readonly port: number;
  /** The service's own address: the first of the service network. */
  readonly clusterIp: string;
};

const labels = { component: "apiserver", provider: "kubernetes" };
/** Servers that have not written their lease for this long are left out of the endpoints. */
const leaseSeconds = 15;

/** The Service `kubernetes` of namespace default. */
export async function ensureKubernetesService(
  context: RegistryContext,
  { clusterIp, port }: ServerAddress,
): Promise<void> {
  const spec = {
    type: "ClusterIP",
    clusterIP: clusterIp,
    ports: [{ name: "https", port: 443, protocol: "TCP", targetPort: port }],
  };
  const service = {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "kubernetes", namespace: "default", labels },
    spec,
  };
  await reconcileObject(context, service, (current) => ({
    ...current,
    spec: { ...(current.spec as object), ports: spec.ports },
  }));
}

/** Writes this server's lease and makes the endpoints show every server whose lease lives (upstream's lease reconciler). */
export async function announce(context: RegistryContext, root: string, server: ServerAddress): Promise<void> {
  const { etcd } = context.store;
  const key = Buffer.from(`${root}/masterleases/${server.address}`);
  const value = Buffer.from(
    JSON.stringify({
      kind: "Endpoints",
      apiVersion: "v1",
      metadata: {},
      subsets: [{ addresses: [{ ip: server.address }] }],
    }),
  );
  const lease = await etcd.grantLease(Math.floor(Math.random() * 2 ** 47) + 1, leaseSeconds);
  const current = (await etcd.range(key)).kvs[0];
  await etcd.put(key, value, { expected: current?.mod_revision ?? 0, lease });
  await publish(context, await liveServers(context, root), server.port);
}

/** Takes this server out of the endpoints at once. */
export async function withdraw(context: RegistryContext, root: string, server: ServerAddress): Promise<void> {
  const key = Buffer.from(`${root}/masterleases/${server.address}`);
  const current = (await context.store.etcd.range(key)).kvs[0];
  if (current) await context.store.etcd.delete(key, current.mod_revision);
  await publish(context, await liveServers(context, root), server.port);
}

async function liveServers({ store }: RegistryContext, root: string): Promise<string[]> {
  const prefix = `${root}/masterleases/`;
  const { kvs } = await store.etcd.range(Buffer.from(prefix), {
    end: Buffer.from(`${prefix.slice(0, -1)}0`),
    keysOnly: true,
  });
  return kvs.map(({ key: one }) => one.toString().slice(prefix.length)).sort();
}

async function publish(context: RegistryContext, addresses: readonly string[], port: number): Promise<void> {
  const ports = [{ name: "https", port, protocol: "TCP" }];
  const subsets = addresses.length > 0 ? [{ addresses: addresses.map((ip) => ({ ip })), ports }] : [];
  const metadata = { name: "kubernetes", namespace: "default" };
  const skipMirror = { ...metadata, labels: { "endpointslice.kubernetes.io/skip-mirror": "true" } };
  const endpoints: KubeObject = { apiVersion: "v1", kind: "Endpoints", metadata: skipMirror, subsets };
  await reconcileObject(context, endpoints, (current) => ({ ...current, subsets }));
  const slice: KubeObject = {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { ...metadata, labels: { "kubernetes.io/service-name": "kubernetes" } },
    addressType: addresses[0]?.includes(":") ? "IPv6" : "IPv4",
    endpoints: addresses.map((address) => ({ addresses: [address], conditions: { ready: true } })),
    ports,
  };
  await reconcileObject(context, slice, (current) => ({ ...current, endpoints: slice.endpoints, ports }));
}
