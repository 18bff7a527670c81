import { isDeepStrictEqual } from "node:util";
import type { KubeObject } from "../../../kube/object.ts";
import { bootstrapPolicy } from "../authz/policy/bootstrap-objects.ts";
import type { RegistryContext } from "../registry/context.ts";
import { ensureObject, reconcileObject } from "./ensure.ts";

const systemNamespaces = ["kube-system", "kube-public", "default", "kube-node-lease"];
const critical: readonly (readonly [name: string, value: number, description: string])[] = [
  [
    "system-node-critical",
    2_000_001_000,
    "Used for system critical pods that must not be moved from their current node.",
  ],
  [
    "system-cluster-critical",
    2_000_000_000,
    "Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.",
  ],
];
const inParallel = 24;

/** The namespaces that every cluster has. */
export async function ensureSystemNamespaces(context: RegistryContext): Promise<void> {
  await each(systemNamespaces, (name) =>
    ensureObject(context, { apiVersion: "v1", kind: "Namespace", metadata: { name } }),
  );
}

/** Roles and bindings: made when missing; rules that an administrator took away come back unless autoupdate is "false". */
export async function ensurePolicy(context: RegistryContext): Promise<void> {
  await each(bootstrapPolicy(), (object) =>
    reconcileObject(context, object, (current) => withDefaults(current, object)),
  );
}

export async function ensurePriorityClasses(context: RegistryContext): Promise<void> {
  await each(critical, ([name, value, description]) =>
    ensureObject(context, {
      apiVersion: "scheduling.k8s.io/v1",
      kind: "PriorityClass",
      metadata: { name },
      description,
      value,
    }),
  );
}

/** The network that services get their addresses from, as an object (KEP-1880). */
export async function ensureServiceCidr(context: RegistryContext, cidrs: readonly string[]): Promise<void> {
  await ensureObject(context, {
    apiVersion: "networking.k8s.io/v1",
    kind: "ServiceCIDR",
    metadata: { name: "kubernetes" },
    spec: { cidrs },
  });
}

export type RequestHeaderFacts = {
  readonly clientCa: string;
  readonly requestHeader: Readonly<Record<string, string>>;
};

/** What extension API servers read to know whom to trust. */
export async function ensureAuthenticationConfig(context: RegistryContext, facts: RequestHeaderFacts): Promise<void> {
  const data = { "client-ca-file": facts.clientCa, ...facts.requestHeader };
  const metadata = { name: "extension-apiserver-authentication", namespace: "kube-system" };
  await reconcileObject(context, { apiVersion: "v1", kind: "ConfigMap", metadata, data }, (current) => ({
    ...current,
    data,
  }));
}

const autoupdate = "rbac.authorization.kubernetes.io/autoupdate";

/** Adds what is missing and keeps what was added, as upstream's reconciliation does. */
function withDefaults(current: KubeObject, wanted: KubeObject): KubeObject {
  if (current.metadata.annotations?.[autoupdate] === "false") return current;
  const union = (field: string) => {
    const have = (current[field] ?? []) as unknown[];
    const missing = ((wanted[field] ?? []) as unknown[]).filter(
      (one) => !have.some((other) => isDeepStrictEqual(one, other)),
    );
    return missing.length > 0 ? { [field]: [...have, ...missing] } : {};
  };
  const metadata = {
    ...current.metadata,
    labels: { ...wanted.metadata.labels, ...current.metadata.labels },
    annotations: { ...wanted.metadata.annotations, ...current.metadata.annotations },
  };
  // Rules of an aggregated role are the controller manager's.
  return { ...current, metadata, ...(wanted.aggregationRule ? {} : union("rules")), ...union("subjects") };
}

async function each<T>(list: readonly T[], work: (one: T) => Promise<unknown>): Promise<void> {
  const queue = [...list];
  const worker = async () => {
    for (let one = queue.shift(); one !== undefined; one = queue.shift()) await work(one);
  };
  await Promise.all(Array.from({ length: inParallel }, worker));
}
