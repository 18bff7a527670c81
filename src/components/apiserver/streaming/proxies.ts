import type { KubeObject } from "../../../kube/object.ts";
import { badRequest, notFound, unavailable } from "../http/api-error.ts";
import type { Exchange } from "../http/exchange.ts";
import type { RegistryContext } from "../registry/context.ts";
import type { SpecialHandler } from "../registry/dispatch.ts";
import { namespaceOf, type Target } from "../registry/target.ts";
import type { Backend } from "./backend.ts";
import { forward } from "./forward.ts";
import { type KubeletAccess, kubeletOf } from "./kubelet.ts";

/** `[scheme:]name[:port]`, as the name of a proxied pod or service may be written. */
type Place = { readonly protocol: "http" | "https"; readonly name: string; readonly port: string };

/** The proxy subresources of pods, services and nodes: any method, any path. */
export function proxyHandlers(access: KubeletAccess): Readonly<Record<string, SpecialHandler>> {
  const proxied =
    (find: (context: RegistryContext, target: Target) => Promise<Backend>): SpecialHandler =>
    async (context, target) => {
      const backend = await find(context, target);
      return forward(target.exchange, { backend, path: restOf(target), connectWithinMs: access.connectWithinMs });
    };
  return {
    "pods/proxy": proxied(podBackend),
    "services/proxy": proxied(serviceBackend),
    "nodes/proxy": proxied((context, target) => kubeletOf(context, target.info.name.split(":")[0] ?? "", access)),
  };
}

function restOf({ exchange, info }: Target): string {
  const url: string = (exchange as Exchange).request.url ?? "";
  const at = url.indexOf("?");
  const endsWithSlash = exchange.path.endsWith("/") && info.rest.length > 0;
  const path = `/${info.rest.map(encodeURIComponent).join("/")}${endsWithSlash ? "/" : ""}`;
  return at < 0 ? path : `${path}${url.slice(at)}`;
}

function placeOf(text: string): Place {
  const parts = text.split(":");
  const [scheme, name, port] = parts.length === 3 ? parts : ["", ...parts];
  if (!name || !["", "http", "https"].includes(scheme ?? ""))
    throw badRequest(`invalid proxy request ${JSON.stringify(text)}`);
  return { protocol: scheme === "https" ? "https" : "http", name, port: port ?? "" };
}

async function podBackend(context: RegistryContext, target: Target): Promise<Backend> {
  const { protocol, name, port } = placeOf(target.info.name);
  const pod = await read(context, { resource: "pods", namespace: namespaceOf(target), name });
  const { podIP } = (pod.status ?? {}) as { podIP?: string };
  if (!podIP || !isProxyable(podIP)) throw badRequest("address not allowed");
  const containers =
    ((pod.spec ?? {}) as { containers?: readonly { ports?: readonly { name?: string; containerPort: number }[] }[] })
      .containers ?? [];
  const ports = containers.flatMap((one) => one.ports ?? []);
  const found = port
    ? (ports.find((one) => one.name === port)?.containerPort ?? Number(port))
    : (ports[0]?.containerPort ?? 80);
  return { protocol, host: podIP, port: found };
}

/** Not this host's loopback, nor what is on its link alone (cloud metadata): a pod's status must not lead there. */
function isProxyable(address: string): boolean {
  return !/^(127\.|169\.254\.|0\.0\.0\.0$|::1?$|fe[89ab][0-9a-f]:|::ffff:)/i.test(address);
}

type Slice = {
  readonly endpoints?: readonly {
    readonly addresses?: readonly string[];
    readonly conditions?: { readonly ready?: boolean };
  }[];
  readonly ports?: readonly { readonly name?: string; readonly port?: number }[];
};

async function serviceBackend(context: RegistryContext, target: Target): Promise<Backend> {
  const { protocol, name, port } = placeOf(target.info.name);
  const namespace = namespaceOf(target);
  const service = await read(context, { resource: "services", namespace, name });
  const ports = ((service.spec ?? {}) as { ports?: readonly { name?: string; port: number }[] }).ports ?? [];
  const wanted = port ? ports.find((one) => one.name === port || String(one.port) === port) : ports[0];
  if (!wanted) throw unavailable(`no service port ${JSON.stringify(port)} found for service ${JSON.stringify(name)}`);
  const type = context.catalog.find("discovery.k8s.io", "v1", "endpointslices");
  if (!type) throw unavailable("endpointslices are not served");
  const cache = await context.store.cache(type);
  const ready = [...cache.entries.values()]
    .filter((entry) => entry.namespace === namespace && entry.labels?.["kubernetes.io/service-name"] === name)
    .flatMap(({ body }) => backendsOf(JSON.parse(body.toString()) as Slice, wanted.name ?? ""));
  const chosen = ready[Math.floor(Math.random() * ready.length)];
  if (!chosen) throw unavailable(`no endpoints available for service ${JSON.stringify(name)}`);
  return { protocol, ...chosen };
}

function backendsOf({ endpoints = [], ports = [] }: Slice, portName: string): { host: string; port: number }[] {
  const port = ports.find((one) => (one.name ?? "") === portName)?.port;
  if (port === undefined) return [];
  return endpoints
    .filter(({ conditions }) => conditions?.ready !== false)
    .flatMap(({ addresses = [] }) => addresses.slice(0, 1).filter(isProxyable))
    .map((host) => ({ host, port }));
}

async function read(
  { store, catalog }: RegistryContext,
  { resource, namespace, name }: { resource: string; namespace: string; name: string },
): Promise<KubeObject> {
  const type = catalog.find("", "v1", resource);
  const found = type && (await store.fresh(type, namespace, name));
  if (!found) throw notFound({ group: "", resource, name });
  return found.object;
}
