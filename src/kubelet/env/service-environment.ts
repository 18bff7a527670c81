import type { KubeObject } from "../../kube/object.ts";

export type Service = KubeObject & {
  spec: {
    clusterIP?: string;
    ports?: { name?: string; port: number; protocol?: string }[];
  };
};

/** The variables that a pod sees for its namespace's services and for default/kubernetes (envvars.FromServices). */
export function serviceEnvironment(
  services: readonly Service[],
  namespace: string,
  enableServiceLinks: boolean,
): ReadonlyMap<string, string> {
  const visible = services.filter(({ metadata, spec }) => {
    const hasIp = spec.clusterIP !== undefined && spec.clusterIP !== "" && spec.clusterIP !== "None";
    if (!hasIp) return false;
    if (metadata.namespace === "default" && metadata.name === "kubernetes") return true;
    return enableServiceLinks && metadata.namespace === namespace;
  });
  // The own namespace's service wins over the master's of the same name.
  const ordered = visible.sort(
    (a, b) => Number(a.metadata.namespace === namespace) - Number(b.metadata.namespace === namespace),
  );
  return new Map(ordered.flatMap(variablesOf));
}

function variablesOf({ metadata, spec }: Service): [string, string][] {
  const name = variableName(metadata.name ?? "");
  const ip = spec.clusterIP ?? "";
  const ports = spec.ports ?? [];
  const [first] = ports;
  if (!first) return [];
  return [
    [`${name}_SERVICE_HOST`, ip],
    [`${name}_SERVICE_PORT`, String(first.port)],
    ...ports
      .filter((port) => port.name)
      .map((port): [string, string] => [`${name}_SERVICE_PORT_${variableName(port.name ?? "")}`, String(port.port)]),
    [`${name}_PORT`, url(ip, first)],
    ...ports.flatMap((port) => dockerLink(name, ip, port)),
  ];
}

type Port = { name?: string; port: number; protocol?: string };

function dockerLink(name: string, ip: string, port: Port): [string, string][] {
  const protocol = port.protocol ?? "TCP";
  const prefix = `${name}_PORT_${port.port}_${protocol}`;
  return [
    [prefix, url(ip, port)],
    [`${prefix}_PROTO`, protocol.toLowerCase()],
    [`${prefix}_PORT`, String(port.port)],
    [`${prefix}_ADDR`, ip],
  ];
}

function url(ip: string, port: Port): string {
  const host = ip.includes(":") ? `[${ip}]` : ip;
  return `${(port.protocol ?? "TCP").toLowerCase()}://${host}:${port.port}`;
}

function variableName(name: string): string {
  return name.replaceAll("-", "_").toUpperCase();
}
