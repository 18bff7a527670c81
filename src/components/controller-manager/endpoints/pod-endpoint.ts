import type { Endpoint } from "../../../kube/kinds/endpoints.ts";
import type { Node } from "../../../kube/kinds/node.ts";
import type { Container, Pod } from "../../../kube/kinds/pod.ts";
import type { Service, ServicePort } from "../../../kube/kinds/service.ts";
import { isPodFinished, isPodReady } from "../pods/pod-state.ts";

export type IpFamily = "IPv4" | "IPv6";

/** The pod's address of a family; undefined until it has one. */
export function podAddress({ status }: Pod, family: IpFamily): string | undefined {
  const addresses = status?.podIPs?.map(({ ip }) => ip) ?? (status?.podIP ? [status.podIP] : []);
  return addresses.find((ip) => ip.includes(":") === (family === "IPv6"));
}

/** Whether a pod stands among a service's endpoints: it has an address and has not ended. */
export function isEndpoint(pod: Pod): boolean {
  return !isPodFinished(pod) && Boolean(pod.status?.podIP || pod.status?.podIPs?.[0]);
}

/** The endpoint of a pod (KEP-1672: serving is readiness alone, ready is also not terminating). */
export function endpointOf(
  pod: Pod,
  service: Service,
  { address, node }: { address: string; node: Node | undefined },
): Endpoint {
  const serving = isPodReady(pod);
  const terminating = pod.metadata.deletionTimestamp !== undefined;
  const zone = node?.metadata.labels?.["topology.kubernetes.io/zone"];
  return {
    addresses: [address],
    conditions: {
      ready: service.spec.publishNotReadyAddresses === true || (serving && !terminating),
      serving,
      terminating,
    },
    ...(hostnameOf(pod, service) ? { hostname: hostnameOf(pod, service) as string } : {}),
    ...(pod.spec.nodeName ? { nodeName: pod.spec.nodeName } : {}),
    ...(zone ? { zone } : {}),
    targetRef: targetOf(pod),
  };
}

export function targetOf({ metadata }: Pod) {
  const { name = "", namespace = "", uid = "" } = metadata;
  return { kind: "Pod", namespace, name, uid };
}

/** A pod's own DNS name: where its subdomain is the service. */
export function hostnameOf({ spec, metadata }: Pod, service: Service): string | undefined {
  const isOurs = spec.subdomain === service.metadata.name && metadata.namespace === service.metadata.namespace;
  return isOurs && spec.hostname ? spec.hostname : undefined;
}

export type ResolvedPort = {
  readonly name: string;
  readonly protocol: string;
  readonly port: number;
  readonly appProtocol?: string;
};

/** The numbers that a service's ports have on this pod; a named port that the pod lacks is left out. */
export function resolvePorts(service: Service, pod: Pod): ResolvedPort[] {
  return (service.spec.ports ?? []).flatMap((one) => {
    const port = resolvePort(one, pod);
    const { name = "", protocol = "TCP", appProtocol } = one;
    return port === undefined ? [] : [{ name, protocol, port, ...(appProtocol ? { appProtocol } : {}) }];
  });
}

function resolvePort({ targetPort, port, protocol = "TCP" }: ServicePort, { spec }: Pod): number | undefined {
  if (targetPort === undefined || targetPort === "" || targetPort === 0) return port;
  if (typeof targetPort === "number") return targetPort;
  const sidecars = (spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === "Always");
  const ports = [...spec.containers, ...sidecars].flatMap(({ ports = [] }: Container) => ports);
  return ports.find((one) => one.name === targetPort && (one.protocol ?? "TCP") === protocol)?.containerPort;
}
