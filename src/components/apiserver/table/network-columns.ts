import { hostPort } from "../../../base/ip-address.ts";
import type { KubeObject } from "../../../kube/object.ts";
import { at, labels, markedDefault, none, selectorText } from "./cells.ts";
import { age, type Column, columns, name, wide } from "./column.ts";

type Port = { readonly name?: string; readonly port?: number; readonly nodePort?: number; readonly protocol?: string };
type Service = KubeObject & {
  readonly spec?: {
    readonly type?: string;
    readonly externalName?: string;
    readonly externalIPs?: readonly string[];
    readonly ports?: readonly Port[];
    readonly selector?: Record<string, string>;
  };
  readonly status?: { readonly loadBalancer?: LoadBalancer };
};
type LoadBalancer = { readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string }[] };
type Ingress = KubeObject & {
  readonly spec?: { readonly rules?: readonly { readonly host?: string }[]; readonly tls?: readonly unknown[] };
  readonly status?: { readonly loadBalancer?: LoadBalancer };
};
type Subset = { readonly addresses?: readonly { readonly ip: string }[]; readonly ports?: readonly Port[] };
type Slice = KubeObject & {
  readonly ports?: readonly Port[];
  readonly endpoints?: readonly { readonly addresses?: readonly string[] }[];
};

export const networkColumns: Readonly<Record<string, readonly Column[]>> = {
  services: columns(
    name,
    ["Type", at("spec.type")],
    ["Cluster-IP", at("spec.clusterIP", none)],
    ["External-IP", externalAddress],
    ["Port(s)", ({ spec }: Service) => portsText(spec?.ports)],
    age,
    ["Selector", ({ spec }: Service) => labels(spec?.selector), wide],
  ),
  endpoints: columns(name, ["Endpoints", endpointsText], age),
  "discovery.k8s.io/endpointslices": columns(
    name,
    ["AddressType", at("addressType")],
    [
      "Ports",
      ({ ports }: Slice) =>
        firstThree(
          (ports ?? []).map((one) => String(one.port ?? one.name ?? "*")),
          "<unset>",
        ),
    ],
    [
      "Endpoints",
      ({ endpoints }: Slice) =>
        firstThree(
          (endpoints ?? []).flatMap((one) => one.addresses ?? []),
          "<unset>",
        ),
    ],
    age,
  ),
  "networking.k8s.io/ingresses": columns(
    name,
    ["Class", at("spec.ingressClassName", none)],
    ["Hosts", hosts],
    ["Address", ({ status }: Ingress) => addresses(status?.loadBalancer)],
    ["Ports", ({ spec }: Ingress) => (spec?.tls?.length ? "80, 443" : "80")],
    age,
  ),
  "networking.k8s.io/ingressclasses": columns(
    ["Name", markedDefault("ingressclass.kubernetes.io/is-default-class")],
    ["Controller", at("spec.controller")],
    ["Parameters", ({ spec }) => parameters((spec as { parameters?: Record<string, string> } | undefined)?.parameters)],
    age,
  ),
  "networking.k8s.io/networkpolicies": columns(
    name,
    ["Pod-Selector", ({ spec }) => selectorText((spec as { podSelector?: unknown } | undefined)?.podSelector)],
    age,
  ),
  "networking.k8s.io/ipaddresses": columns(name, ["ParentRef", parentRef]),
  "networking.k8s.io/servicecidrs": columns(
    name,
    ["CIDRs", ({ spec }) => ((spec as { cidrs?: string[] } | undefined)?.cidrs ?? []).join(",")],
    age,
  ),
};

function portsText(ports: readonly Port[] | undefined): string {
  if (!ports?.length) return none;
  return ports
    .map(({ port, nodePort, protocol }) => `${port}${nodePort ? `:${nodePort}` : ""}/${protocol ?? "TCP"}`)
    .join(",");
}

function addresses(balancer: LoadBalancer | undefined): string {
  const all = (balancer?.ingress ?? []).map((one) => one.ip || one.hostname || "");
  return [...new Set(all)].sort().join(",");
}

/** At most three hosts; rules for every host are not told. */
function hosts({ spec }: Ingress): string {
  const rules = spec?.rules ?? [];
  const named = rules.flatMap((one) => one.host || []);
  const shown = named.slice(0, 3).join(",") || "*";
  const isMore = named.length >= 3 && rules.length > 3;
  return isMore ? `${shown} + ${rules.length - 3} more...` : shown;
}

function parameters(reference: Readonly<Record<string, string>> | undefined): string {
  if (!reference) return none;
  return `${reference.kind}${reference.apiGroup === undefined ? "" : `.${reference.apiGroup}`}/${reference.name}`;
}

function externalAddress({ spec, status }: Service): string {
  const external = (spec?.externalIPs ?? []).join(",");
  switch (spec?.type) {
    case "ExternalName":
      return spec.externalName ?? none;
    case "LoadBalancer":
      return [addresses(status?.loadBalancer), external].filter(Boolean).join(",") || "<pending>";
    default:
      return external || none;
  }
}

function endpointsText({ subsets }: KubeObject): string {
  const all = ((subsets ?? []) as readonly Subset[]).flatMap(({ addresses: ready, ports }) =>
    ports?.length
      ? ports.flatMap(({ port }) => (ready ?? []).map(({ ip }) => hostPort(ip, port ?? 0)))
      : (ready ?? []).map(({ ip }) => ip),
  );
  return firstThree(all, none);
}

function firstThree(list: readonly string[], empty: string): string {
  if (list.length === 0) return empty;
  const shown = list.slice(0, 3).join(",");
  return list.length > 3 ? `${shown} + ${list.length - 3} more...` : shown;
}

function parentRef({ spec }: KubeObject): string {
  const parent = (spec as { parentRef?: Record<string, string> } | undefined)?.parentRef;
  if (!parent) return none;
  const { group, resource, namespace, name: of } = parent;
  return [group ? `${resource}.${group}` : resource, namespace, of].filter(Boolean).join("/");
}
