import type { KubeObject } from "../../../kube/object.ts";
import { requirePermission } from "../authz/forbidden.ts";
import { ApiError, badRequest, internalError, notFound } from "../http/api-error.ts";
import type { RegistryContext } from "../registry/context.ts";
import type { SpecialHandler } from "../registry/dispatch.ts";
import { namespaceOf, type Target } from "../registry/target.ts";
import type { Backend } from "./backend.ts";
import { forward } from "./forward.ts";

export type KubeletAccess = {
  readonly tls: () => NonNullable<Backend["tls"]>;
  /** Kinds of node addresses, best first. */
  readonly addressTypes: readonly string[];
  readonly connectWithinMs: number;
};
type Named = { readonly name: string };
type PodSpec = {
  readonly nodeName?: string;
  readonly containers?: readonly Named[];
  readonly initContainers?: readonly Named[];
  readonly ephemeralContainers?: readonly Named[];
};

/** pods/log, exec, attach, portforward: passed on to the kubelet of the pod's node. */
export function kubeletHandlers(access: KubeletAccess): Readonly<Record<string, SpecialHandler>> {
  const streaming =
    (path: string, query: (asked: URLSearchParams) => URLSearchParams): SpecialHandler =>
    async (context, target) => {
      if (!target.exchange.upgrade) throw badRequest("Upgrade request required");
      // A WebSocket begins with a GET: whoever may only read must not get a shell by it.
      await requirePermission(context.authorizer, target.exchange.user, { ...target.info, verb: "create" });
      const { pod, backend } = await podBackend(context, target, access);
      const container = path === "portForward" ? "" : `/${containerOf(pod, target.exchange.query)}`;
      const place = `/${path}/${namespaceOf(target)}/${target.info.name}${container}`;
      return forward(target.exchange, {
        backend,
        path: `${place}?${query(target.exchange.query)}`,
        connectWithinMs: access.connectWithinMs,
      });
    };
  return {
    "pods/log": (context, target) => podLog(context, target, access),
    "pods/exec": streaming("exec", streamQuery),
    "pods/attach": streaming("attach", streamQuery),
    "pods/portforward": streaming("portForward", portQuery),
  };
}

const logOptions = [
  "follow",
  "previous",
  "sinceSeconds",
  "sinceTime",
  "timestamps",
  "tailLines",
  "limitBytes",
  "stream",
];

async function podLog(context: RegistryContext, target: Target, access: KubeletAccess) {
  const { pod, backend } = await podBackend(context, target, access);
  const { query } = target.exchange;
  const options = new URLSearchParams();
  for (const name of logOptions) for (const value of query.getAll(name)) options.append(name, value);
  const path = `/containerLogs/${namespaceOf(target)}/${target.info.name}/${containerOf(pod, query)}?${options}`;
  return forward(target.exchange, { backend, path, method: "GET", connectWithinMs: access.connectWithinMs, refusal });
}

/** What a kubelet says against showing a log, as a Status (registry/generic/rest, GenericHttpResponseChecker). */
function refusal(status: number, text: string): ApiError {
  if (status === 400) return badRequest(text);
  if (status === 500) return internalError(text);
  const causes = [{ reason: "UnexpectedServerResponse", message: text }];
  if (status === 404)
    return new ApiError(404, "NotFound", "the server could not find the requested resource", { causes });
  return new ApiError(status, "InternalError", text || `the kubelet answered ${status}`, { causes });
}

/** The kubelet's names for the API's options. */
function streamQuery(asked: URLSearchParams): URLSearchParams {
  const names = { stdin: "input", stdout: "output", stderr: "error", tty: "tty" };
  const query = new URLSearchParams();
  for (const [from, to] of Object.entries(names)) if (["true", "1"].includes(asked.get(from) ?? "")) query.set(to, "1");
  for (const word of asked.getAll("command")) query.append("command", word);
  return query;
}

function portQuery(asked: URLSearchParams): URLSearchParams {
  return new URLSearchParams(
    asked
      .getAll("ports")
      .flatMap((list) => list.split(","))
      .map((port): [string, string] => ["port", port]),
  );
}

async function podBackend(
  context: RegistryContext,
  target: Target,
  access: KubeletAccess,
): Promise<{ pod: KubeObject; backend: Backend }> {
  const { name } = target.info;
  const found = await context.store.fresh(target.type, namespaceOf(target), name);
  if (!found) throw notFound({ group: "", resource: "pods", name });
  const { nodeName } = (found.object.spec ?? {}) as PodSpec;
  if (!nodeName) throw badRequest(`pod ${name} does not have a host assigned`);
  return { pod: found.object, backend: await kubeletOf(context, nodeName, access) };
}

/** Where the kubelet of a node listens. */
export async function kubeletOf(
  { store, catalog }: RegistryContext,
  name: string,
  access: KubeletAccess,
): Promise<Backend> {
  const type = catalog.find("", "v1", "nodes");
  const node = type && (await store.fresh(type, "", name))?.object;
  if (!node) throw notFound({ group: "", resource: "nodes", name });
  const { addresses = [], daemonEndpoints } = (node.status ?? {}) as {
    addresses?: readonly { type: string; address: string }[];
    daemonEndpoints?: { kubeletEndpoint?: { Port?: number } };
  };
  const host = access.addressTypes.map((type) => addresses.find((one) => one.type === type)?.address).find(Boolean);
  if (!host)
    throw new ApiError(
      500,
      "InternalError",
      `Internal error occurred: no preferred addresses found; known addresses: ${JSON.stringify(addresses)}`,
    );
  return { protocol: "https", host, port: daemonEndpoints?.kubeletEndpoint?.Port ?? 10250, tls: access.tls() };
}

function containerOf({ metadata, spec }: KubeObject, query: URLSearchParams): string {
  const { containers = [], initContainers = [], ephemeralContainers = [] } = (spec ?? {}) as PodSpec;
  const asked = query.get("container");
  const all = [...containers, ...initContainers, ...ephemeralContainers].map(({ name }) => name);
  if (asked) {
    if (!all.includes(asked)) throw badRequest(`container ${asked} is not valid for pod ${metadata.name}`);
    return asked;
  }
  const fallback = metadata.annotations?.["kubectl.kubernetes.io/default-container"];
  if (fallback && all.includes(fallback)) return fallback;
  if (containers.length === 1 && containers[0]) return containers[0].name;
  const names = containers.map(({ name }) => name).join(" ");
  throw badRequest(`a container name must be specified for pod ${metadata.name}, choose one of: [${names}]`);
}
